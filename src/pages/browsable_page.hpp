// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/page.hpp"

#include <string>
#include <string_view>

namespace drf_messages::pages {

/// The page: one HTML document without scripts and without anything to load. Every text in it is
/// escaped.
std::string render_page(const api::BrowsablePage& page);

/// JSON text as HTML: escaped, its parts in `<span class>`, texts that are http(s) addresses as
/// links.
std::string highlight_json(std::string_view json);

} // namespace drf_messages::pages
