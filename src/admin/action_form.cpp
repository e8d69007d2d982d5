// SPDX-License-Identifier: MIT
#include "admin/action_form.hpp"

#include "admin/page.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace drf_messages::admin {
namespace {

using middleware::PostedForm;

constexpr std::string_view checkbox = "_selected_action"; // Django: ACTION_CHECKBOX_NAME
constexpr std::string_view after_name = "_after";
constexpr std::string_view through_name = "_through";
constexpr std::string_view edge_name = "_edge";
constexpr std::string_view edge_created_name = "_edge_created"; // in microseconds since 1970
constexpr std::string_view changed_name = "_changed";

/// More than any table holds, and few enough to be added to.
constexpr std::int64_t most_changed = 1'000'000'000'000'000;

/// A list may have a choice of actions above and another below; `index` says whose button it was.
std::string posted_action(const PostedForm& form) {
    const auto names = form.getlist("action");
    const std::string index = text::parse_integer(form.get("index").value_or("")).value_or("0");
    std::size_t at = 0;
    std::from_chars(index.data(), index.data() + index.size(), at);
    return at < names.size() ? names[at] : names.empty() ? std::string() : names.back();
}

/// Django: forms.BooleanField.
bool is_true(const PostedForm& form, std::string_view name) {
    const std::string value = form.get(name).value_or("");
    return !value.empty() && value != "0" && value != "false" && value != "False";
}

bool is_filled(const PostedForm& form, std::string_view name) {
    return !form.get(name).value_or("").empty();
}

std::optional<MessageId> id(const PostedForm& form, std::string_view name) {
    return parse_message_id(form.get(name).value_or(""));
}

std::int64_t not_negative(std::optional<MessageId> number) {
    return std::max<std::int64_t>(number.value_or(MessageId{}).value, 0);
}

std::optional<store::WindowEdge> edge_of(const PostedForm& form) {
    const auto oldest = id(form, edge_name);
    if (!oldest) {
        return std::nullopt;
    }
    store::WindowEdge edge{{}, *oldest};
    if (const auto created = id(form, edge_created_name)) {
        constexpr Timestamp first(std::chrono::sys_days(std::chrono::year(1) / 1 / 1));
        constexpr Timestamp last(std::chrono::sys_days(std::chrono::year(9999) / 12 / 31));
        edge.created =
            std::clamp(Timestamp(std::chrono::microseconds(created->value)), first, last);
    }
    return edge;
}

void add(HiddenFields& fields, std::string_view name, std::int64_t value) {
    fields.emplace_back(name, fmt::format("{}", value));
}

} // namespace

ActionForm::ActionForm(const PostedForm& form)
    : action(posted_action(form)), across(is_true(form, "select_across")),
      is_confirmed(is_filled(form, "post")), through(id(form, through_name)),
      edge(edge_of(form)), after{not_negative(id(form, after_name))},
      changed(std::min(not_negative(id(form, changed_name)), most_changed)) {
    const auto selected = form.getlist(checkbox);
    is_any_selected = !selected.empty();
    is_action = (is_any_selected || form.get("index")) && !form.get("_save");
    for (const std::string& value : selected) {
        if (const auto message = parse_message_id(value)) {
            ids.push_back(*message);
        }
    }
}

HiddenFields bounds_of_all(MessageId through, const std::optional<store::WindowEdge>& edge) {
    HiddenFields fields;
    add(fields, through_name, through.value);
    if (edge) {
        add(fields, edge_name, edge->id.value);
        if (edge->created) {
            add(fields, edge_created_name, edge->created->time_since_epoch().count());
        }
    }
    return fields;
}

HiddenFields next_form(const std::string& action, const ActionRest& rest) {
    HiddenFields fields;
    if (rest.ids) {
        for (const MessageId id : *rest.ids) {
            add(fields, checkbox, id.value);
        }
    } else {
        add(fields, checkbox, rest.through.value);
        add(fields, "select_across", 1);
        add(fields, after_name, rest.after.value);
        const auto bounds = bounds_of_all(rest.through, rest.edge);
        fields.insert(fields.end(), bounds.begin(), bounds.end());
    }
    fields.emplace_back("action", action);
    fields.emplace_back("post", "yes");
    if (rest.changed > 0) {
        add(fields, changed_name, rest.changed);
    }
    return fields;
}

} // namespace drf_messages::admin
