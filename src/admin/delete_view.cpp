// SPDX-License-Identifier: MIT
#include "admin/confirmation.hpp"
#include "admin/object_pages.hpp"
#include "admin/views.hpp"
#include "metrics/process_metrics.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/required.hpp"
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

/// False when there is no such message.
bool remove(Page& page, MessageId id, bool is_popup) {
    sql::Connection& connection = page.request.database();
    return sql::transact(connection, [&] {
        const auto message = store::lock_any_message(connection, page.request.site.users, id);
        if (!message) {
            return false;
        }
        store::delete_messages_by_id(connection, std::array{id});
        store::insert_admin_log(
            connection,
            store::AdminLogEntry{
                .action_time = page.request.site.clock(),
                .user = page.user.id,
                .object_id = fmt::format("{}", id.value),
                .object_repr = message->message,
                .action = store::AdminAction::deletion,
                .change_message = {}}
        );
        if (!is_popup) {
            page.notify(
                level::success,
                page.say(
                    "The {} “{}” was deleted successfully.",
                    std::array{page.say("message"), message->message}
                )
            );
        }
        return true;
    });
}

/// To the list only for who may change messages, as Django has it: ModelAdmin.response_delete.
std::string way_after_deletion(Page& page) {
    return page.may.messages.change ? filtered_list_url(page) : page.url("");
}

/// Django's popups and forms say it in either place.
bool is_popup(Page& page, const std::optional<middleware::PostedForm>& form) {
    return (form && form->get("_popup")) ||
           middleware::required_query(page.request).contains("_popup");
}

} // namespace

http::Response delete_view(Page& page, std::string_view object_id) {
    if (!page.may.messages.remove) {
        return page.forbidden();
    }
    std::optional<middleware::PostedForm> form;
    if (page.request.method == "POST") {
        form.emplace(page.request);
    }
    const std::string field = to_field(page, form ? form->get("_to_field") : std::nullopt);
    const auto id = parse_message_id(object_id);
    if (id && form && !form->get("post").value_or("").empty()) {
        const bool in_popup = form->get("_popup").has_value();
        if (!remove(page, *id, in_popup)) {
            return page.unknown_message(object_id);
        }
        metrics::process_metrics().deleted[metrics::Deletion::admin].add();
        return in_popup ? popup_response(
                              page, {{"action", "delete"}, {"value", fmt::format("{}", id->value)}}
                          )
                        : page.redirect(way_after_deletion(page));
    }
    auto message =
        id ? store::select_any_message(page.request.database(), page.request.site.users, *id)
           : std::nullopt;
    if (!message) {
        return page.unknown_message(object_id);
    }
    auto path = page.crumbs();
    path.push_back(message_crumb(page, *id, message->message));
    Confirmation confirmation{
        .question = page.say(
            "Are you sure you want to delete the {} \"{}\"? All of the following related items "
            "will be deleted:",
            std::array{page.say("message"), message->message}
        ),
        .deletion = {.messages = {1}, .tags = {std::ssize(message->extra_tags)}, .shown = {}},
        .fields = {{"post", "yes"}},
        .cancel_url = page.may.messages.view_or_change()
                          ? with_preserved_filters(page, message_url(page, *id))
                          : page.url(""),
        .is_popup = is_popup(page, form)};
    if (confirmation.is_popup) {
        confirmation.fields.emplace_back("_popup", "1");
    }
    if (!field.empty()) {
        confirmation.fields.emplace_back("_to_field", field);
    }
    confirmation.deletion.shown.push_back(std::move(*message));
    return ask(page, Deletes::one, std::move(path), confirmation);
}

} // namespace drf_messages::admin
