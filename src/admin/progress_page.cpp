// SPDX-License-Identifier: MIT
#include "admin/progress_page.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace drf_messages::admin {

std::array<std::string, 2> counted_messages(const Page& page, std::int64_t count) {
    return {fmt::format("{}", count), page.say(count == 1 ? "message" : "messages")};
}

http::Response show_progress(
    Page& page,
    const std::string& title,
    std::string_view so_far,
    const HiddenFields& fields,
    std::string_view list_url
) {
    auto path = page.crumbs();
    path.push_back({title});
    boost::json::object context = page.context(title, path);
    context["so_far"] = so_far;
    context["fields"] = hidden_fields(fields);
    context["list_url"] = list_url;
    return page.show("admin_progress", context);
}

} // namespace drf_messages::admin
