// SPDX-License-Identifier: MIT
#include "admin/message_form_saving.hpp"

#include "admin/object_pages.hpp"
#include "django/python_json.hpp"
#include "store/admin_messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

namespace json = boost::json;

using Work = TagForm::Work;

/// In the order in which Django logs them.
constexpr std::pair<Work, std::string_view> logged_works[] = {
    {Work::add, "added"}, {Work::change, "changed"}, {Work::remove, "deleted"}};

/// Forms of tags whose work has been done.
using DoneTags = std::vector<const TagForm*>;

/// Django: contrib/admin/utils.py, construct_change_message.
/// - told: of the message itself.
std::string change_message(json::array told, const DoneTags& tags) {
    for (const auto& [work, name] : logged_works) {
        for (const TagForm* const form : tags) {
            if (form->work != work) {
                continue;
            }
            json::object tag{{"name", "message tag"}, {"object", form->cleaned}};
            if (work == Work::change) {
                tag["fields"] = json::array{"Text"};
            }
            told.push_back(json::object{{name, std::move(tag)}});
        }
    }
    return django::write_spaced_python_json(told);
}

json::array changed_fields(const std::vector<std::string>& changed) {
    if (changed.empty()) {
        return {};
    }
    json::object fields{{"fields", json::array(changed.begin(), changed.end())}};
    return {json::object{{"changed", std::move(fields)}}};
}

/// What is stored already first, as Django does. Leaves out those that are gone by now, be it
/// through another form for the same tag.
DoneTags save_tags(sql::Connection& connection, MessageId message, const TagForms& tags) {
    DoneTags done;
    for (const TagForm& form : tags.forms) {
        if ((form.work == Work::change &&
             store::update_tag(connection, message, form.tag, form.cleaned)) ||
            (form.work == Work::remove && store::delete_tag(connection, message, form.tag))) {
            done.push_back(&form);
        }
    }
    std::vector<std::string> added;
    for (const TagForm& form : tags.forms) {
        if (form.work == Work::add) {
            added.push_back(form.cleaned);
            done.push_back(&form);
        }
    }
    store::insert_tags(connection, message, added);
    return done;
}

SavedMessage saved(
    const Page& page,
    const MessageForm& form,
    MessageId id,
    Timestamp now,
    store::AdminAction action,
    json::array told,
    const DoneTags& tags
) {
    return {
        id,
        {now,
         page.user.id,
         fmt::format("{}", id.value),
         form.cleaned.message,
         action,
         change_message(std::move(told), tags)}};
}

} // namespace

SavedMessage save_new(Page& page, const MessageForm& form, const UserId& user, Timestamp now) {
    sql::Connection& connection = page.request.database();
    store::MessageFields fields = form.cleaned;
    fields.user = user;
    const MessageId id = store::insert_message_fields(connection, fields, now);
    const DoneTags tags = save_tags(connection, id, form.tags);
    return saved(
        page,
        form,
        id,
        now,
        store::AdminAction::addition,
        {json::object{{"added", json::object()}}},
        tags
    );
}

SavedMessage save_changes(Page& page, const MessageForm& form, MessageId id, Timestamp now) {
    sql::Connection& connection = page.request.database();
    store::update_message_fields(connection, id, form.cleaned);
    const DoneTags tags = save_tags(connection, id, form.tags);
    return saved(
        page, form, id, now, store::AdminAction::change, changed_fields(form.changed), tags
    );
}

WayOn way_on(Page& page, const FormValues& posted, MessageId id, SavedNotices notices) {
    if (posted.contains("_continue")) {
        return {with_preserved_filters(page, message_url(page, id)), std::move(notices.go_on)};
    }
    if (posted.contains("_addanother")) {
        return {with_preserved_filters(page, page.url(add_path)), std::move(notices.add_another)};
    }
    return {way_back(page), std::move(notices.saved)};
}

MessageForm refused_form(MessageForm form, const Page& page, const sql::Error& error) {
    const bool no_user = error.kind() == sql::ErrorKind::foreign_key;
    if (!no_user && error.kind() != sql::ErrorKind::charset) {
        throw;
    }
    form.errors.emplace(
        no_user ? "user" : "message",
        FieldErrors{page.say(
            no_user ? unavailable_choice : "The database lacks a character of one of these texts."
        )}
    );
    return form;
}

} // namespace drf_messages::admin
