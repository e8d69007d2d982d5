// SPDX-License-Identifier: MIT
#include "admin/log_text.hpp"
#include "admin/object_pages.hpp"
#include "admin/views.hpp"
#include "html/escape.hpp"
#include "store/admin_log.hpp"
#include "store/admin_messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <array>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

constexpr int shown_most = 1'000;

} // namespace

http::Response history_view(Page& page, std::string_view object_id) {
    if (!page.may.messages.view_or_change()) {
        return page.forbidden();
    }
    const auto& users = page.request.site.users;
    const auto id = parse_message_id(object_id);
    const auto message =
        id ? store::select_any_message(page.request.database(), users, *id) : std::nullopt;
    if (!message) {
        return page.unknown_message(object_id);
    }
    const auto found = store::select_admin_log(
        page.request.database(), users, fmt::format("{}", id->value), shown_most
    );
    json::array entries;
    for (const store::ShownLogEntry& shown : found) {
        entries.push_back(json::object{
            {"when", page.when(shown.entry.action_time)},
            {"user", html::visible(shown.user_name)},
            {"what", html::visible(change_message_text(page, shown.entry.change_message))}});
    }
    auto path = page.crumbs();
    path.push_back(message_crumb(page, *id, message->message));
    path.push_back({page.say("History")});
    json::object context =
        page.context(page.say("Change history: {}", std::array{message->message}), path);
    const std::string count = fmt::format("{}", found.size());
    context["count"] =
        found.size() == shown_most
            ? page.say("The newest {} entries", std::array{count})
            : page.say(found.size() == 1 ? "{} entry" : "{} entries", std::array{count});
    context["has_entries"] = !entries.empty();
    context["entries"] = std::move(entries);
    return page.show("admin_history", context);
}

} // namespace drf_messages::admin
