// SPDX-License-Identifier: MIT
#include "admin/admin_urls.hpp"

#include "admin/index_views.hpp"
#include "admin/views.hpp"

#include <fmt/format.h>

namespace drf_messages::admin {
namespace {

/// A view of no message in particular.
template<http::Response (*view)(Page&)>
http::Response plain(Page& page, std::string_view /*object_id*/) {
    return view(page);
}

/// Where Django's admin showed messages before 1.9.
http::Response short_url(Page& page, std::string_view object_id) {
    return page.redirect(page.url(fmt::format("{}{}/change/", list_path, object_id)));
}

// In Django's order: what has an id takes all that ends as it does.
constexpr AdminUrl urls[] = {
    {.path = "", .name = "index", .view = plain<index_view>},
    {.path = "login/", .name = "login"},
    {.path = "logout/", .name = "logout"},
    {.path = "drf_messages/", .name = "app_list", .view = plain<app_list_view>},
    {.path = list_path, .name = "drf_messages_message_changelist", .view = plain<changelist_view>},
    {.path = add_path, .name = "drf_messages_message_add", .view = plain<add_view>},
    {.path = list_path,
     .tail = "/history/",
     .name = "drf_messages_message_history",
     .view = history_view},
    {.path = list_path,
     .tail = "/delete/",
     .name = "drf_messages_message_delete",
     .view = delete_view},
    {.path = list_path,
     .tail = "/change/",
     .name = "drf_messages_message_change",
     .view = change_view},
    {.path = list_path, .tail = "/", .name = "", .view = short_url},
};

} // namespace

std::optional<FoundUrl> find_url(std::string_view path) {
    for (const AdminUrl& url : urls) {
        if (url.tail.empty()) {
            if (path == url.path) {
                return FoundUrl{url, {}};
            }
            continue;
        }
        if (path.size() > url.path.size() + url.tail.size() && path.starts_with(url.path) &&
            path.ends_with(url.tail)) {
            const auto behind = path.substr(url.path.size());
            return FoundUrl{url, behind.substr(0, behind.size() - url.tail.size())};
        }
    }
    return std::nullopt;
}

} // namespace drf_messages::admin
