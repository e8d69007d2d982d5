// SPDX-License-Identifier: MIT
#include "admin/message_form.hpp"
#include "admin/message_form_many.hpp"
#include "admin/message_form_page.hpp"
#include "admin/message_form_saving.hpp"
#include "admin/object_pages.hpp"
#include "admin/views.hpp"
#include "metrics/process_metrics.hpp"
#include "sql/error.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"

#include <drf_messages/level.hpp>

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

namespace drf_messages::admin {
namespace {

SavedNotices notices_of(const Page& page, const std::string& text) {
    const std::string name = page.say("message");
    SavedNotices notices;
    notices.saved = page.say("The {} “{}” was added successfully.", std::array{name, text});
    notices.go_on = notices.saved;
    if (page.may.messages.change) {
        notices.go_on += ' ' + page.say("You may edit it again below.");
    }
    notices.add_another = page.say(
        "The {} “{}” was added successfully. You may add another {} below.",
        std::array{name, text, name}
    );
    return notices;
}

/// What was posted, cleaned, and written where nothing is wrong with it.
struct Added {
    MessageForm form;
    std::optional<MessageId> id{};
    std::string url{};
};

Added add(Page& page, const FormSubject& subject, const FormValues& posted) {
    try {
        return sql::transact(page.request.database(), [&] {
            Added added{posted_form(page, subject, posted)};
            if (added.form.error_count() > 0) {
                return added;
            }
            const auto saved =
                save_new(page, added.form, added.form.cleaned.user, page.request.site.clock());
            added.id = saved.id;
            if (!posted.contains("_popup")) {
                WayOn way =
                    way_on(page, posted, saved.id, notices_of(page, added.form.cleaned.message));
                page.notify(level::success, way.notice);
                added.url = std::move(way.url);
            }
            store::insert_admin_log(page.request.database(), saved.log);
            return added;
        });
    } catch (const sql::Error& error) {
        return {refused_form(posted_form(page, subject, posted), page, error)};
    }
}

http::Response
add_one(Page& page, const FormSubject& subject, const FormValues& posted, FormPage shown) {
    const Added added = add(page, subject, posted);
    if (!added.id) {
        if (!shown.is_popup) {
            shown.many_users = many_users_part(page, posted, {});
        }
        return show_form(page, subject, added.form, shown);
    }
    metrics::process_metrics().sent[metrics::SentVia::admin].add();
    if (posted.contains("_popup")) {
        return popup_response(
            page,
            {{"value", fmt::format("{}", added.id->value)}, {"obj", added.form.cleaned.message}}
        );
    }
    return page.redirect(added.url);
}

http::Response
add_many(Page& page, const FormSubject& subject, const FormValues& posted, FormPage shown) {
    MessageForm form = posted_form(page, subject, posted, false);
    auto to = clean_many_users(page, posted);
    if (form.error_count() > 0 || !to.errors.empty()) {
        shown.many_users = many_users_part(page, posted, to.errors);
        shown.errors_of_many_users = to.errors.empty() ? 0 : 1;
        return show_form(page, subject, form, shown);
    }
    try {
        add_for_many_users(page, form, to.value);
    } catch (const sql::Error& error) {
        form = refused_form(std::move(form), page, error);
        shown.many_users = many_users_part(page, posted, {});
        return show_form(page, subject, form, shown);
    }
    if (!to.value.is_finished) {
        return many_users_progress(page, posted, to.value);
    }
    return page.redirect(
        posted.contains("_addanother") ? with_preserved_filters(page, page.url(add_path))
                                       : way_back(page)
    );
}

} // namespace

http::Response add_view(Page& page) {
    const bool is_post = page.request.method == "POST";
    const FormValues posted = is_post ? posted_values(page) : FormValues();
    const FormValues query = query_values(page);
    FormPage shown{.can_save = true};
    const auto to_field_posted = find_value(posted, "_to_field");
    shown.to_field = to_field(
        page, to_field_posted ? std::optional(std::string(*to_field_posted)) : std::nullopt
    );
    if (!page.may.messages.add) {
        return page.forbidden();
    }
    shown.is_popup = posted.contains("_popup") || query.contains("_popup");
    FormSubject subject;
    subject.access = tag_access(page.may, true);
    if (!is_post || posted.contains("_add_tag") || posted.contains("_search_user")) {
        shown.many_users = shown.is_popup ? boost::json::object()
                                          : many_users_part(page, is_post ? posted : query, {});
        return show_form(
            page,
            subject,
            is_post ? form_again(page, subject, posted) : new_form(subject, query),
            shown
        );
    }
    if (is_for_many_users(posted) && !shown.is_popup) {
        return add_many(page, subject, posted, std::move(shown));
    }
    return add_one(page, subject, posted, std::move(shown));
}

} // namespace drf_messages::admin
