// SPDX-License-Identifier: MIT
#include "admin/message_form_fields.hpp"

#include "admin/message_form_user.hpp"
#include "html/escape.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

struct FieldText {
    std::string_view name;
    std::string_view label;
    std::string_view help;
    std::size_t max_length = 0; ///< of a text
};

// The app's models.py and admin.py.
constexpr FieldText user_text{"user", "User", ""};
constexpr FieldText texts[] = {
    {"session_key",
     "Session key",
     "The session key where the message was submitted to.",
     session_key_max_length},
    {"view", "View", "The view where the message was submitted from.", view_max_length},
    {"message", "Message", "The actual text of the message.", message_max_length}};
constexpr FieldText level_text{"level", "Level", ""};
constexpr FieldText fixed_level_text{
    "level", "Level", "An integer describing the type of the message."};
constexpr FieldText read_at_text{"read_at", "Read at", "When the message was read."};
constexpr FieldText session_text{
    "session", "Session", "The session where the message was submitted to."};
constexpr FieldText created_text{"created", "Created", ""};
constexpr FieldText tag_text{"text", "Text", "Custom tags for the message.", tag_max_length};

/// What is shown in the place of nothing. Django: AdminSite.empty_value_display.
constexpr std::string_view nothing = "-";

/// A row of the form, still without its widget.
/// - prefix: of the widget's name: "extra_tags-0-".
json::object
row(const Page& page,
    const FieldText& field,
    const FieldErrors& errors,
    std::string_view prefix = "") {
    const std::string id = fmt::format("id_{}{}", prefix, field.name);
    std::string described = errors.empty() ? "" : id + "_error";
    if (!field.help.empty()) {
        described += (described.empty() ? "" : " ") + id + "_helptext";
    }
    return {
        {"row", field.name},
        {"name", fmt::format("{}{}", prefix, field.name)},
        {"id", id},
        {"label", field.label},
        {"help", field.help.empty() ? std::string() : page.say(field.help)},
        {"described", described},
        {"errors", error_list(errors)},
        {"invalid", !errors.empty()},
        {"required", false},
        {"for", id},
        {"text", nullptr},
        {"lines", nullptr},
        {"select", nullptr},
        {"search", nullptr},
        {"moment", nullptr},
        {"fixed", nullptr}};
}

json::object fixed_row(const Page& page, const FieldText& field, std::string_view text) {
    json::object made = row(page, field, {});
    made["for"] = "";
    made["fixed"] = json::object{{"value", html::visible(text)}};
    return made;
}

json::object text_widget(const FieldText& field, std::string_view value) {
    return {{"value", value}, {"max_length", field.max_length}};
}

/// Builds the parts of one page.
class Builder {
public:
    Builder(Page& page, const FormSubject& subject, const MessageForm& form, bool can_save)
        : page_(page), subject_(subject), form_(form), can_save_(can_save) {}

    json::array fields() {
        json::array rows;
        if (can_save_) {
            rows.push_back(user());
            for (const FieldText& field : texts) {
                rows.push_back(text(field));
            }
            rows.push_back(level());
            rows.push_back(read_at());
        } else {
            add_fixed_rows(rows);
        }
        const Message* message = subject_.message ? &*subject_.message : nullptr;
        rows.push_back(fixed_row(page_, session_text, session_of(message)));
        rows.push_back(fixed_row(
            page_, created_text, message ? page_.when(message->created) : std::string(nothing)
        ));
        return rows;
    }

    json::value tags() {
        if (!subject_.access.has_forms) {
            return nullptr;
        }
        FieldErrors errors = form_.tags.hidden_errors;
        errors.insert(errors.end(), form_.tags.errors.begin(), form_.tags.errors.end());
        json::array forms;
        for (const TagForm& form : form_.tags.forms) {
            if (form.is_shown) {
                forms.push_back(tag(form));
            } else {
                errors.insert(errors.end(), form.hidden_errors.begin(), form.hidden_errors.end());
                errors.insert(errors.end(), form.errors.begin(), form.errors.end());
            }
        }
        json::value empty = nullptr;
        if (subject_.access.add) {
            TagForm form;
            form.prefix = "extra_tags-__prefix__";
            form.label = fmt::format("#{}", form_.tags.total + 1);
            form.message = subject_.message ? fmt::format("{}", subject_.message->id.value) : "";
            empty = tag(form);
        }
        return json::object{
            {"errors", error_list(errors)},
            {"total", form_.tags.total},
            {"initial", form_.tags.initial},
            {"most", form_.tags.most},
            {"forms", std::move(forms)},
            {"empty", std::move(empty)}};
    }

private:
    std::string_view shown(std::string_view name) const { return value_of(form_.shown, name); }

    const FieldErrors& errors_of(std::string_view field) const {
        static const FieldErrors none;
        const auto found = form_.errors.find(field);
        return found == form_.errors.end() ? none : found->second;
    }

    std::string session_of(const Message* message) const {
        return message && message->session ? masked_session_key(*message->session)
                                           : std::string(nothing);
    }

    json::object user() {
        json::object made = row(page_, user_text, errors_of("user"));
        made["required"] = true;
        const UserField field = user_field(page_, shown("user_search"));
        json::array users;
        const auto posted = find_value(form_.shown, "user");
        for (const auto& [id, name] : field.users) {
            const std::string key = user_key_text(page_, id);
            const bool is_named =
                !field.is_select && (!posted || posted->empty()) && name == field.searched;
            users.push_back(json::object{
                {"value", key},
                {"text", html::visible(name)},
                {"selected", is_named || (posted && key == *posted)}});
        }
        if (field.is_select) {
            made["select"] = json::object{
                {"options", std::move(users)},
                {"required", true},
                {"blank", true},
                {"blank_selected", !posted || posted->empty()}};
            return made;
        }
        made["search"] = json::object{
            {"value", searched_name()},
            {"searched", field.searched},
            {"has_users", !users.empty()},
            {"users", std::move(users)}};
        return made;
    }

    /// The name in the field: as typed, or of the user who was chosen before.
    std::string searched_name() {
        if (const auto typed = find_value(form_.shown, "user_search")) {
            return std::string(*typed);
        }
        const auto key = page_.request.site.users.table().parse_key(shown("user"));
        return key ? user_name(page_, *key) : std::string();
    }

    json::object text(const FieldText& field) const {
        json::object made = row(page_, field, errors_of(field.name));
        const std::string_view value = shown(field.name);
        const bool has_lines = value.find_first_of("\r\n") != std::string_view::npos;
        made[has_lines ? "lines" : "text"] = text_widget(field, value);
        return made;
    }

    json::object level() const {
        json::object made = row(page_, level_text, errors_of("level"));
        made["required"] = true;
        json::array options;
        for (const auto& [number, tag] : level_choices(page_, subject_)) {
            const std::string value = fmt::format("{}", number);
            options.push_back(json::object{
                {"value", value},
                {"text", html::visible(tag)},
                {"selected", value == shown("level")}});
        }
        made["select"] = json::object{
            {"options", std::move(options)},
            {"required", false},
            {"blank", false},
            {"blank_selected", false}};
        return made;
    }

    json::object read_at() const {
        json::object made = row(page_, read_at_text, errors_of("read_at"));
        made["for"] = "";
        made["moment"] = json::object{{"day", shown("read_at_0")}, {"time", shown("read_at_1")}};
        return made;
    }

    void add_fixed_rows(json::array& rows) {
        const Message& message = subject_.message.value();
        const std::string key =
            masked_session_key(message.session_key.value_or(std::string(nothing)));
        const bool dash_for_empty =
            page_.request.site.differences.has(model::Difference::admin_dash_for_empty);
        rows.push_back(fixed_row(page_, user_text, user_name(page_, message.user)));
        const std::string_view values[] = {key, message.view, message.message};
        for (std::size_t i = 0; i < std::size(values); ++i) {
            const bool is_dash = values[i].empty() && dash_for_empty;
            rows.push_back(fixed_row(page_, texts[i], is_dash ? nothing : values[i]));
        }
        rows.push_back(fixed_row(page_, fixed_level_text, fmt::format("{}", message.level)));
        rows.push_back(fixed_row(
            page_,
            read_at_text,
            message.read_at ? page_.when(*message.read_at) : std::string(nothing)
        ));
    }

    json::object tag(const TagForm& form) const {
        const bool is_fixed = form.is_stored && !subject_.access.change;
        json::object field = row(page_, tag_text, form.errors, form.prefix + "-");
        if (is_fixed) {
            field["for"] = "";
            field["fixed"] = json::object{{"value", html::visible(form.text)}};
        } else {
            field["required"] = true;
            field["text"] = text_widget(tag_text, form.text);
        }
        return {
            {"prefix", form.prefix},
            {"form_label", html::visible(form.label)},
            {"is_stored", form.is_stored},
            {"can_remove", form.is_stored && subject_.access.remove},
            {"to_be_removed", form.to_be_removed},
            {"tag_id", form.id},
            {"message_id", form.message},
            {"hidden_errors", error_list(form.hidden_errors)},
            {"field", json::array{std::move(field)}}};
    }

    Page& page_;
    const FormSubject& subject_;
    const MessageForm& form_;
    bool can_save_;
};

} // namespace

json::array
form_fields(Page& page, const FormSubject& subject, const MessageForm& form, bool can_save) {
    return Builder(page, subject, form, can_save).fields();
}

json::value tag_fields(Page& page, const FormSubject& subject, const MessageForm& form) {
    return Builder(page, subject, form, false).tags();
}

json::value error_list(const FieldErrors& errors) {
    if (errors.empty()) {
        return nullptr;
    }
    json::array list;
    for (const std::string& error : errors) {
        list.emplace_back(html::visible(error));
    }
    return json::object{{"list", std::move(list)}};
}

} // namespace drf_messages::admin
