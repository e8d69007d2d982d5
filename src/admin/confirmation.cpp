// SPDX-License-Identifier: MIT
#include "admin/confirmation.hpp"

#include "admin/changelist_page.hpp"
#include "admin/changelist_results.hpp"
#include "admin/object_pages.hpp"
#include "html/escape.hpp"
#include "text/python_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_tags = 100;

/// "Messages: 2"
std::string counted(const Page& page, std::string_view name, AtLeast number) {
    const std::string count = with_separators(page, std::min(number.count, most_counted));
    const std::string text = number.count > most_counted
                                 ? page.say("more than {}", std::array{count})
                             : number.more ? page.say("at least {}", std::array{count})
                                           : count;
    return fmt::format("{}: {}", name, text);
}

json::array summary(const Page& page, const Deletion& deletion) {
    json::array lines;
    if (deletion.messages.count > 0) {
        lines.emplace_back(counted(page, "Messages", deletion.messages));
    }
    if (deletion.tags.count > 0) {
        lines.emplace_back(counted(page, "Message tags", deletion.tags));
    }
    return lines;
}

json::object object_of(const Page& page, const Message& message) {
    json::array tags;
    for (const std::string& tag : message.extra_tags) {
        if (tags.size() == shown_tags) {
            break;
        }
        tags.emplace_back(html::visible(tag));
    }
    constexpr std::string_view model = "Message";
    const bool is_blank = text::strip(message.message).empty();
    return {
        {"model", model},
        {"text", html::visible(message.message)},
        {"label", is_blank ? fmt::format("{} {}", model, message.id.value) : std::string()},
        {"url", message_url(page, message.id)},
        {"has_tags", !tags.empty()},
        {"tag_model", "Message tag"},
        {"tags", std::move(tags)},
        {"has_more_tags", message.extra_tags.size() > shown_tags}};
}

/// Django 3.2: contrib/admin/options.py, ModelAdmin._delete_view; actions.py, delete_selected.
std::string heading(const Page& page, Deletes deletes) {
    if (!page.request.site.differences.has(model::Difference::admin_delete_headings)) {
        return page.say("Are you sure?");
    }
    return page.say(deletes == Deletes::one ? "Delete" : "Delete multiple objects");
}

} // namespace

http::Response
ask(Page& page, Deletes deletes, std::vector<Crumb> path, const Confirmation& confirmation) {
    const Deletion& deletion = confirmation.deletion;
    path.push_back({page.say(deletes == Deletes::one ? "Delete" : "Delete multiple objects")});
    json::object context = page.context(heading(page, deletes), path);
    context["question"] = html::visible(confirmation.question);
    auto lines = summary(page, deletion);
    context["has_summary"] = !lines.empty();
    context["summary"] = std::move(lines);
    json::array objects;
    for (const Message& message : deletion.shown) {
        objects.push_back(object_of(page, message));
    }
    context["has_objects"] = !objects.empty();
    context["objects"] = std::move(objects);
    const auto shown = static_cast<std::int64_t>(deletion.shown.size());
    context["only_some"] =
        shown < deletion.messages.count
            ? page.say("Only {} of them are shown.", std::array{fmt::format("{}", shown)})
            : std::string();
    context["fields"] = hidden_fields(confirmation.fields);
    context["cancel_url"] = confirmation.cancel_url;
    context["is_popup"] = confirmation.is_popup;
    return page.show("admin_delete", context);
}

json::array hidden_fields(const HiddenFields& fields) {
    json::array list;
    for (const auto& [name, value] : fields) {
        list.push_back(json::object{{"name", name}, {"value", value}});
    }
    return list;
}

} // namespace drf_messages::admin
