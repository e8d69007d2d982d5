// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::text {

std::string base64_encode(std::string_view bytes);

/// Python's base64.b64decode with validate=False: characters outside the alphabet are skipped,
/// wrong padding is refused.
std::optional<std::string> base64_decode(std::string_view text);

/// URL-safe alphabet, without padding: Django's signing.b64_encode.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

} // namespace drf_messages::text
