// SPDX-License-Identifier: MIT
#include "admin/action_form.hpp"
#include "admin/actions.hpp"
#include "admin/changelist_columns.hpp"
#include "admin/changelist_links.hpp"
#include "admin/changelist_page.hpp"
#include "admin/changelist_results.hpp"
#include "admin/changelist_url.hpp"
#include "admin/confirmation.hpp"
#include "admin/list_filters.hpp"
#include "admin/lookup_regex.hpp"
#include "admin/object_pages.hpp"
#include "admin/views.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/required.hpp"
#include "store/admin_messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

std::vector<Crumb> path_to_list(const Page& page) {
    auto path = page.crumbs();
    path.back().url.clear();
    return path;
}

/// Django: ChangeList, `title`.
std::string title_of(const Page& page, const ChangeListUrl& url) {
    const std::string_view title = url.is_popup()             ? "Select {}"
                                   : page.may.messages.change ? "Select {} to change"
                                                              : "Select {} to view";
    return page.say(title, std::array{page.say("message")});
}

/// Lookups that cannot be: the list without any of them. Django: IncorrectLookupParameters.
http::Response incorrect(Page& page, const ChangeListUrl& url) {
    if (!url.is_error()) {
        return page.redirect(page.url(list_path) + "?e=1");
    }
    auto context = page.context(page.say("Database error"), path_to_list(page));
    context["is_incorrect"] = true;
    return page.show("admin_list", context);
}

json::value action_form(
    const Page& page,
    const ChangeListUrl& url,
    const ListResults& results,
    const std::vector<Action>& choices
) {
    const auto is_table_empty = [&] {
        return results.count == 0 &&
               store::last_message_id(page.request.database()) == MessageId{0};
    };
    if (choices.empty() || url.is_popup() || is_table_empty()) {
        return nullptr; // Django: ChangeList.show_admin_actions
    }
    json::array options;
    for (const Action& action : choices) {
        options.push_back(json::object{{"name", action.name}, {"label", action.label}});
    }
    const std::string shown = fmt::format("{}", results.rows.size());
    const bool may_select_all = !results.shows_all && results.has_pages();
    const MessageId last =
        may_select_all ? store::last_message_id(page.request.database()) : MessageId{};
    return json::object{
        {"options", std::move(options)},
        {"count", shown},
        {"counter", page.say("{} of {} selected", std::array{std::string("0"), shown})},
        {"select_across",
         may_select_all ? page.say("Select all {}", std::array{count_text(page, results)})
                        : std::string()},
        {"fields",
         hidden_fields(may_select_all ? bounds_of_all(last, results.edge) : HiddenFields())}};
}

/// The form that searches, which keeps what else is asked.
json::object search_form(const ChangeListUrl& url) {
    json::array kept;
    for (const Parameter& parameter : url.parameters()) {
        for (const std::string& value : parameter.values) {
            if (parameter.name != "q") {
                kept.push_back(json::object{{"name", parameter.name}, {"value", value}});
            }
        }
    }
    const auto words = url.get("q").value_or("");
    return {
        {"words", words},
        {"kept", std::move(kept)},
        {"reset_url", words.empty() ? std::string() : url.without("q")}};
}

/// What the list does not show, and where more of it is.
json::value limits_of(const Page& page, const ChangeListUrl& url, const ListResults& results) {
    if (!results.window) {
        return nullptr;
    }
    const std::string window = fmt::format("{}", *results.window);
    const std::string next = fmt::format("{}", results.next_window.value_or(0));
    return json::object{
        {"text", page.say("Only the newest {} messages were looked through.", std::array{window})},
        {"url", results.next_window ? url.with("_newest", next) : std::string()}};
}

http::Response show(
    Page& page,
    const ChangeListUrl& url,
    const ListResults& results,
    const std::vector<Action>& choices
) {
    const bool has_boxes = !choices.empty() && !url.is_popup();
    auto filters = list_filters(page, url, results);
    auto others = other_lookups(page, url, filters);
    auto dates = date_hierarchy(page, url, results);
    auto rows = list_rows(page, url, results);
    // Shows the reader's own messages, and marks them as read: behind what the list says of them.
    auto context = page.context(title_of(page, url), path_to_list(page));
    context["is_incorrect"] = false;
    context["is_popup"] = url.is_popup();
    context["has_boxes"] = has_boxes;
    const std::string add_url =
        page.may.messages.add ? with_list_filters(page.url(add_path), url) : std::string();
    context["add_url"] = add_url;
    context["add"] = page.say("Add {}", std::array{page.say("message")});
    context["search"] = search_form(url);
    context["dates"] = std::move(dates);
    context["has_lookups"] = !others.empty();
    context["lookups"] = std::move(others);
    context["error"] =
        results.took_too_long
            ? page.say("This took longer than a second; narrow it down by day or user.")
            : std::string();
    context["limits"] = limits_of(page, url, results);
    context["actions"] = action_form(page, url, results, choices);
    context["headers"] = list_headers(url, has_boxes ? 1 : 0);
    context["has_rows"] = !rows.empty();
    context["rows"] = std::move(rows);
    context["count"] = results.took_too_long ? std::string() : count_text(page, results);
    context["pages"] = list_pages(page, url, results);
    context["show_all_url"] = !results.shows_all && results.has_pages() && results.can_show_all()
                                  ? url.with("all", "")
                                  : std::string();
    context["filters"] = std::move(filters);
    context["clear_url"] = url.lookups().empty() ? std::string() : url.without_lookups();
    return page.show("admin_list", context);
}

} // namespace

http::Response changelist_view(Page& page) {
    if (!page.may.messages.view_or_change()) {
        return page.forbidden();
    }
    to_field(page); // refuses what is no field
    const ChangeListUrl url(
        middleware::required_query(page.request), page.request.site.differences
    );
    const auto choices = actions(page);
    const bool has_boxes = !choices.empty() && !url.is_popup();
    auto results = url.is_too_long()
                       ? std::nullopt
                       : find_results(page, url, order_of(url.order(), has_boxes ? 1 : 0));
    if (!results) {
        return incorrect(page, url);
    }
    if (page.request.method == "POST" && has_boxes && !results->took_too_long) {
        const std::string& whole = url.whole();
        const ActionTarget target{
            results->where,
            results->tests,
            results->matching,
            results->edge,
            page.url(list_path) + (whole.empty() ? "" : "?" + whole)};
        const middleware::PostedForm form(page.request);
        try {
            if (auto response = run_action(page, form, target)) {
                return *std::move(response);
            }
        } catch (const MatchingTookTooLong&) {
            results->rows.clear();
            results->took_too_long = true;
        }
    }
    return show(page, url, *results, choices);
}

} // namespace drf_messages::admin
