// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::pages {

/// A document of ours up to and with `<body>`: no scripts, nothing to load.
/// - title: escaped already.
/// - language: a code of the texts in it.
std::string page_head(std::string_view title, std::string_view language = "en");

} // namespace drf_messages::pages
