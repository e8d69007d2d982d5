// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/page.hpp"

#include <string>

namespace drf_messages::pages {

/// The HTML document of an answer, by the template `api`.
std::string render_page(const api::BrowsablePage& page);

} // namespace drf_messages::pages
