// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::locale {

/// What is longer is cut: a header at a comma, a code at a dash, of which each one costs a search.
/// - Django: utils/translation/trans_real.py, LANGUAGE_CODE_MAX_LENGTH and
///   ACCEPT_LANGUAGE_HEADER_MAX_LENGTH.
inline constexpr std::size_t longest_language_code = 500;

/// The codes of an Accept-Language header in lower case, the most wanted first, up to "*". None
/// for a header of another form.
/// - Django: utils/translation/trans_real.py, parse_accept_lang_header and
///   get_language_from_request.
std::vector<std::string> accepted_languages(std::string_view header);

} // namespace drf_messages::locale
