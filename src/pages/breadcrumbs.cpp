// SPDX-License-Identifier: MIT
#include "pages/breadcrumbs.hpp"

#include "api/routing/reverse_url.hpp"
#include "pages/site_page.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
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

/// The path and its parents, the innermost first. Of very many the ones in the middle are left out:
/// each is looked for among the routes.
std::vector<std::string_view> with_parents(std::string_view path) {
    constexpr std::ptrdiff_t most = 64;
    std::vector<std::string_view> paths;
    for (; !path.empty(); path = parent(path)) {
        paths.push_back(path);
    }
    if (std::ssize(paths) > most) {
        paths.erase(paths.begin() + most / 2, paths.end() - most / 2);
    }
    return paths;
}

} // namespace

std::vector<Breadcrumb> breadcrumbs(const api::BrowsablePage& page) {
    auto& http = page.request.http;
    const std::string_view script = without_slashes(http.script_name());
    std::vector<Breadcrumb> found;
    std::optional<std::size_t> before;
    for (const auto path : with_parents(std::string_view(http.path).substr(script.size()))) {
        const auto view = page.site.find_view(path);
        // Of a path with and without a slash one is enough.
        if (view && view->number != before) {
            const auto url = site_url(std::string(script) + std::string(path));
            found.push_back({view->name, api::preserve_format(page.settings, http, url)});
            before = view->number;
        }
    }
    std::reverse(found.begin(), found.end());
    return found;
}

} // namespace drf_messages::pages
