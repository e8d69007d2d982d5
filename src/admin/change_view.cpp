// SPDX-License-Identifier: MIT
#include "admin/message_form.hpp"
#include "admin/message_form_page.hpp"
#include "admin/message_form_saving.hpp"
#include "admin/object_pages.hpp"
#include "admin/views.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "store/admin_messages.hpp"

#include <drf_messages/level.hpp>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace drf_messages::admin {
namespace {

SavedNotices notices_of(const Page& page, const std::string& text) {
    const std::string name = page.say("message");
    return {
        .saved = page.say("The {} “{}” was changed successfully.", std::array{name, text}),
        .go_on = page.say(
            "The {} “{}” was changed successfully. You may edit it again below.",
            std::array{name, text}
        ),
        .add_another = page.say(
            "The {} “{}” was changed successfully. You may add another {} below.",
            std::array{name, text, name}
        )};
}

/// - locks: until the transaction ends.
FormSubject subject_of(Page& page, const std::optional<MessageId>& id, bool locks) {
    sql::Connection& connection = page.request.database();
    const store::UserStore& users = page.request.site.users;
    FormSubject subject;
    if (id) {
        subject.message = locks ? store::lock_any_message(connection, users, *id)
                                : store::select_any_message(connection, users, *id);
    }
    subject.access = tag_access(page.may, page.may.messages.change);
    if (subject.message && subject.access.view) {
        subject.tags = store::select_tags(connection, *id);
    }
    return subject;
}

/// What was posted, cleaned, and written where nothing is wrong with it.
struct Changed {
    FormSubject subject;
    MessageForm form{};
    bool is_saved = false;
    std::string url{};
};

Changed change(Page& page, const std::optional<MessageId>& id, const FormValues& posted) {
    const auto clean = [&](bool locks) {
        Changed changed{subject_of(page, id, locks)};
        if (changed.subject.message) {
            changed.form = posted_form(page, changed.subject, posted);
        }
        return changed;
    };
    try {
        return sql::transact(page.request.database(), [&] {
            Changed changed = clean(true);
            if (!changed.subject.message || changed.form.error_count() > 0) {
                return changed;
            }
            const auto saved = save_changes(page, changed.form, *id, page.request.site.clock());
            changed.is_saved = true;
            if (!posted.contains("_popup")) {
                WayOn way =
                    way_on(page, posted, *id, notices_of(page, changed.form.cleaned.message));
                page.notify(level::success, way.notice);
                changed.url = std::move(way.url);
            }
            store::insert_admin_log(page.request.database(), saved.log);
            return changed;
        });
    } catch (const sql::Error& error) {
        Changed changed = clean(false);
        changed.form = refused_form(std::move(changed.form), page, error);
        return changed;
    }
}

http::Response
show(Page& page, const FormSubject& subject, const FormValues& query, const FormPage& shown) {
    MessageForm form = stored_form(page, subject);
    if (const auto search = find_value(query, "user_search")) {
        form.shown.emplace("user_search", *search);
    }
    return show_form(page, subject, form, shown);
}

} // namespace

http::Response change_view(Page& page, std::string_view object_id) {
    const bool is_post = page.request.method == "POST";
    const FormValues posted = is_post ? posted_values(page) : FormValues();
    const FormValues query = query_values(page);
    FormPage shown{.can_save = page.may.messages.change};
    const auto to_field_posted = find_value(posted, "_to_field");
    shown.to_field = to_field(
        page, to_field_posted ? std::optional(std::string(*to_field_posted)) : std::nullopt
    );
    if (is_post ? !page.may.messages.change : !page.may.messages.view_or_change()) {
        return page.forbidden();
    }
    shown.is_popup = posted.contains("_popup") || query.contains("_popup");
    const auto id = parse_message_id(object_id);
    if (!is_post || posted.contains("_add_tag") || posted.contains("_search_user")) {
        const FormSubject subject = subject_of(page, id, false);
        if (!subject.message) {
            return page.unknown_message(object_id);
        }
        return is_post ? show_form(page, subject, form_again(page, subject, posted), shown)
                       : show(page, subject, query, shown);
    }
    const Changed changed = change(page, id, posted);
    if (!changed.subject.message) {
        return page.unknown_message(object_id);
    }
    if (!changed.is_saved) {
        return show_form(page, changed.subject, changed.form, shown);
    }
    if (posted.contains("_popup")) {
        const std::string key = fmt::format("{}", id->value);
        return popup_response(
            page,
            {{"action", "change"},
             {"value", key},
             {"obj", changed.form.cleaned.message},
             {"new_value", key}}
        );
    }
    return page.redirect(changed.url);
}

} // namespace drf_messages::admin
