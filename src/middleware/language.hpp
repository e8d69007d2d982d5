// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// The language of Django's LANGUAGES to use for a code: the code itself, its generic form, or a
/// regional one; absent if there is none.
/// - Django: django/utils/translation/trans_real.py, get_supported_language_variant.
std::optional<std::string> supported_language_variant(std::string_view code);

/// Whether LANGUAGES has exactly this code.
bool is_supported_language(std::string_view code);

/// The language that an Accept-Language header asks for; absent when it names no known one.
/// - Django: trans_real.py, get_language_from_request.
std::optional<std::string> accepted_language(std::string_view accept_language);

} // namespace drf_messages::middleware
