// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::locale {

/// The codes of an Accept-Language header in lower case, the most wanted first, up to "*". None
/// for a header of another form.
/// - Django: utils/translation/trans_real.py, parse_accept_lang_header and
///   get_language_from_request.
std::vector<std::string> accepted_languages(std::string_view header);

} // namespace drf_messages::locale
