// SPDX-License-Identifier: MIT
#include "admin/action_form.hpp"

#include "admin/page.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace drf_messages::admin {
namespace {

using middleware::PostedForm;

constexpr std::string_view checkbox = "_selected_action"; // Django: ACTION_CHECKBOX_NAME
constexpr std::string_view after_name = "_after";
constexpr std::string_view through_name = "_through";
constexpr std::string_view changed_name = "_changed";

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

} // namespace

ActionForm::ActionForm(const PostedForm& form)
    : action(posted_action(form)), across(is_true(form, "select_across")),
      is_confirmed(is_filled(form, "post")), after{not_negative(id(form, after_name))},
      through(id(form, through_name)), changed(not_negative(id(form, changed_name))) {
    const auto selected = form.getlist(checkbox);
    is_any_selected = !selected.empty();
    is_action = (is_any_selected || form.get("index")) && !form.get("_save");
    for (const std::string& value : selected) {
        if (const auto message = parse_message_id(value)) {
            ids.push_back(*message);
        }
    }
}

HiddenFields next_form(const std::string& action, const ActionRest& rest) {
    HiddenFields fields;
    const auto add = [&](std::string_view name, std::int64_t value) {
        fields.emplace_back(name, fmt::format("{}", value));
    };
    if (rest.ids) {
        for (const MessageId id : *rest.ids) {
            add(checkbox, id.value);
        }
    } else {
        add(checkbox, rest.through.value);
        add("select_across", 1);
        add(after_name, rest.after.value);
        add(through_name, rest.through.value);
    }
    fields.emplace_back("action", action);
    fields.emplace_back("post", "yes");
    if (rest.changed > 0) {
        add(changed_name, rest.changed);
    }
    return fields;
}

} // namespace drf_messages::admin
