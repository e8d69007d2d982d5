// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// The language of Django's LANGUAGES that serves for a code: itself, its generic form, a regional
/// one; absent if none does.
/// - Django: django/utils/translation/trans_real.py, get_supported_language_variant.
std::optional<std::string> supported_language_variant(std::string_view code);

/// Whether LANGUAGES has exactly this code.
bool is_supported_language(std::string_view code);

/// The language that an Accept-Language header asks for; absent when it names none that we know.
/// - Django: trans_real.py, get_language_from_request.
std::optional<std::string> accepted_language(std::string_view accept_language);

} // namespace drf_messages::middleware
