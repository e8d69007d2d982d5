// SPDX-License-Identifier: MIT
#pragma once

#include "api/dispatch/page.hpp"

#include <string>
#include <vector>

namespace drf_messages::pages {

struct Breadcrumb {
    std::string name;
    std::string url;
};

/// The API views that the request's path and its parents lead to, the outermost first.
/// - REST framework: utils/breadcrumbs.py, get_breadcrumbs.
std::vector<Breadcrumb> breadcrumbs(const api::BrowsablePage& page);

} // namespace drf_messages::pages
