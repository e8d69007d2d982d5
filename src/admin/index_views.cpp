// SPDX-License-Identifier: MIT
#include "admin/index_views.hpp"

#include "html/escape.hpp"
#include "store/admin_log.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

/// Adds what the user may administrate.
void add_messages(json::object& context, const Page& page) {
    const ModelPermissions& may = page.may.messages;
    context["has_models"] = may.any();
    context["app_url"] = page.url("drf_messages/");
    context["list_url"] = may.view_or_change() ? page.url(list_path) : "";
    context["add_url"] = may.add ? page.url(add_path) : "";
    context["can_change"] = may.change;
}

struct ActionKind {
    store::AdminAction action;
    std::string_view css_class;
    std::string_view done; ///< in English
};

constexpr ActionKind action_kinds[] = {
    {store::AdminAction::addition, "addlink", "Added:"},
    {store::AdminAction::change, "changelink", "Changed:"},
    {store::AdminAction::deletion, "deletelink", "Deleted:"},
};

/// Adds what the user did last.
void add_actions(json::object& context, Page& page) {
    constexpr int most = 10;
    const auto& site = page.request.site;
    const bool says_what = site.differences.has(model::Difference::admin_actions_named);
    json::array actions;
    for (const store::AdminLogEntry& entry :
         store::select_recent_actions(page.request.database(), site.users, page.user.id, most)) {
        const auto* const kind = std::ranges::find(action_kinds, entry.action, &ActionKind::action);
        if (kind == std::end(action_kinds)) {
            continue; // no flag of Django's
        }
        const bool is_gone = entry.action == store::AdminAction::deletion;
        actions.push_back(json::object{
            {"kind", kind->css_class},
            {"done", says_what ? page.say(kind->done) : ""},
            {"text", html::visible(entry.object_repr)},
            {"url", is_gone ? "" : page.change_url(entry.object_id)}});
    }
    context["has_actions"] = !actions.empty();
    context["actions"] = std::move(actions);
}

} // namespace

http::Response index_view(Page& page) {
    json::object context = page.context(page.say("Site administration"), {});
    add_messages(context, page);
    add_actions(context, page);
    context["is_index"] = true;
    return page.show("admin_index", context);
}

http::Response app_list_view(Page& page) {
    if (!page.may.messages.any()) {
        return page.not_found();
    }
    json::object context = page.context(
        page.say("{} administration", std::array{std::string("DRF Messages")}),
        {{page.say("Home"), page.url("")}, {"DRF Messages"}}
    );
    add_messages(context, page);
    context["is_index"] = false;
    return page.show("admin_index", context);
}

} // namespace drf_messages::admin
