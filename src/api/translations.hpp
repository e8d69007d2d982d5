// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages::api {

/// An error's text in another language, as REST framework words it; the English text itself where
/// we have no other.
/// - language: "de", "de-at", "en-us".
std::string_view translate(std::string_view english, std::string_view language) noexcept;

} // namespace drf_messages::api
