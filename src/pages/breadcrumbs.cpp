// SPDX-License-Identifier: MIT
#include "pages/breadcrumbs.hpp"

#include "api/routing/reverse_url.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace drf_messages::pages {
namespace {

std::string_view without_slashes(std::string_view path) {
    const auto last = path.find_last_not_of('/');
    return path.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// "/a/b/" -> "/a/b" -> "/a/" -> "/a" -> "/" -> ""
std::string_view parent(std::string_view path) {
    return path.ends_with('/') ? without_slashes(path) : path.substr(0, path.rfind('/') + 1);
}

} // namespace

std::vector<Breadcrumb> breadcrumbs(const api::BrowsablePage& page) {
    auto& http = page.request.http;
    const std::string_view script = without_slashes(http.script_name());
    std::vector<Breadcrumb> found;
    std::optional<std::size_t> before;
    for (auto path = std::string_view(http.path).substr(script.size()); !path.empty();
         path = parent(path)) {
        const auto view = page.site.find_view(path);
        // Of a path with and without a slash one is enough.
        if (view && view->number != before) {
            const auto url = http::escape_uri_path(std::string(script) + std::string(path));
            found.push_back({view->name, api::preserve_format(page.settings, http, url)});
            before = view->number;
        }
    }
    std::reverse(found.begin(), found.end());
    return found;
}

} // namespace drf_messages::pages
