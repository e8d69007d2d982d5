// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::html {

/// Text for HTML and its attributes: Django's escape().
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

/// The same for an element's content, with what cannot be seen made visible: control characters,
/// and those that turn the direction of what follows, stand in `<span class="control">` with their
/// code, where they turn nothing outside of it.
void append_visible(std::string& out, std::string_view utf8);
std::string visible(std::string_view utf8);

} // namespace drf_messages::html
