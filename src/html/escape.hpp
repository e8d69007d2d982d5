// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::html {

/// Text for HTML and its attributes: Django's escape().
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

/// The text with what cannot be seen written as JSON would escape it, "\u202e": control characters
/// but for line breaks and tabs, those of no width, and those that turn the direction of what
/// follows. JSON text stays the same JSON. Not escaped for HTML yet.
std::string visible(std::string_view utf8);

} // namespace drf_messages::html
