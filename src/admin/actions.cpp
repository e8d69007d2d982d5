// SPDX-License-Identifier: MIT
#include "admin/actions.hpp"

#include "admin/action_form.hpp"
#include "admin/bulk_change.hpp"
#include "admin/delete_selected.hpp"
#include "admin/progress_page.hpp"
#include "admin/selection.hpp"
#include "sql/transaction.hpp"
#include "store/admin_log.hpp"
#include "store/admin_messages.hpp"

#include <drf_messages/level.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::admin {
namespace {

constexpr std::string_view read_at_changed = R"([{"changed": {"fields": ["Read at"]}}])";

std::int64_t remove(sql::Connection& connection, std::span<const MessageId> ids, Timestamp) {
    return store::delete_messages_by_id(connection, ids);
}

std::int64_t mark_read(sql::Connection& connection, std::span<const MessageId> ids, Timestamp now) {
    return store::set_read_at(connection, ids, now);
}

std::int64_t mark_unread(sql::Connection& connection, std::span<const MessageId> ids, Timestamp) {
    return store::set_read_at(connection, ids, std::nullopt);
}

struct ActionRow {
    std::string_view name;
    std::string_view label;
    bool ModelPermissions::*permission;
    bool asks; ///< before anything is done
    /// of which messages it changes something
    std::optional<bool> read;
    BulkChange change;
    std::string_view done; ///< with how many, and what they are
    std::string_view so_far;
};

constexpr ActionRow rows[] = {
    {.name = "delete_selected",
     .label = "Delete selected {}",
     .permission = &ModelPermissions::remove,
     .asks = true,
     .read = {},
     .change = {store::AdminAction::deletion, "", remove},
     .done = "Successfully deleted {} {}.",
     .so_far = "Deleted so far: {} {}. There may be more."},
    {.name = "mark_read",
     .label = "Mark selected {} as read",
     .permission = &ModelPermissions::change,
     .asks = false,
     .read = false,
     .change = {store::AdminAction::change, read_at_changed, mark_read},
     .done = "Successfully marked {} {} as read.",
     .so_far = "Marked as read so far: {} {}. There may be more."},
    {.name = "mark_unread",
     .label = "Mark selected {} as unread",
     .permission = &ModelPermissions::change,
     .asks = false,
     .read = true,
     .change = {store::AdminAction::change, read_at_changed, mark_unread},
     .done = "Successfully marked {} {} as unread.",
     .so_far = "Marked as unread so far: {} {}. There may be more."},
};

bool may_run(const Page& page, const ActionRow& row) {
    return page.may.messages.*row.permission;
}

const ActionRow* find_row(std::string_view name) {
    const auto* const row =
        std::find_if(std::begin(rows), std::end(rows), [&](const ActionRow& one) {
            return one.name == name;
        });
    return row == std::end(rows) ? nullptr : row;
}

/// The window moves as messages come and go: once a page has decided, its own counts.
const std::optional<store::WindowEdge>&
edge_of(const ActionForm& form, const ActionTarget& target) {
    return form.through ? form.edge : target.edge;
}

Selection
selection_of(Page& page, const ActionForm& form, const ActionRow& row, const ActionTarget& target) {
    Wanted wanted{target.where, target.tests};
    if (row.read) {
        wanted.where = std::move(wanted.where) &&
                       Condition::compare(Field::read_at, Lookup::isnull, !*row.read);
    }
    if (!form.across) {
        return {std::move(wanted), form.ids};
    }
    if (const auto& edge = edge_of(form, target)) {
        wanted.where = std::move(wanted.where) && store::in_window(*edge);
    }
    return {
        std::move(wanted),
        form.after,
        form.through ? *form.through : store::last_message_id(page.request.database())};
}

http::Response go_on_later(
    Page& page,
    const ActionForm& form,
    const ActionRow& row,
    const ActionTarget& target,
    const Selection& selection,
    std::int64_t changed
) {
    ActionRest rest{
        .after = selection.reached(),
        .through = selection.through(),
        .edge = edge_of(form, target),
        .changed = changed};
    if (!form.across) {
        rest.ids = form.ids;
        std::erase_if(*rest.ids, [&](MessageId id) {
            return id.value <= selection.reached().value;
        });
    }
    return show_progress(
        page,
        page.say(row.label, std::array{page.say("messages")}),
        page.say(row.so_far, counted_messages(page, changed)),
        next_form(form.action, rest),
        target.list_url
    );
}

void notify_alone(Page& page, const std::string& text) {
    sql::transact(page.request.database(), [&] { page.notify(level::warning, text); });
}

http::Response warn(Page& page, const ActionTarget& target, std::string_view text) {
    notify_alone(page, page.say(text));
    return page.redirect(target.list_url);
}

} // namespace

std::vector<Action> actions(const Page& page) {
    std::vector<Action> offered;
    for (const ActionRow& row : rows) {
        if (may_run(page, row)) {
            offered.push_back(
                {std::string(row.name), page.say(row.label, std::array{page.say("messages")})}
            );
        }
    }
    return offered;
}

std::optional<http::Response>
run_action(Page& page, const middleware::PostedForm& posted, const ActionTarget& target) {
    const ActionForm form(posted);
    const ActionRow* const row = find_row(form.action);
    const bool is_forbidden = row != nullptr && !may_run(page, *row);
    if (!form.is_action || is_forbidden || actions(page).empty()) {
        return std::nullopt;
    }
    if (!form.is_any_selected) {
        return warn(
            page,
            target,
            "Items must be selected in order to perform actions on them. No items have been "
            "changed."
        );
    }
    if (row == nullptr) {
        return warn(page, target, "No action selected.");
    }
    if (target.matching) {
        target.matching->begin_anew(); // the list has had its own
    }
    Selection selection = selection_of(page, form, *row, target);
    if (row->asks && !form.is_confirmed) {
        return confirm_deletion(
            page, form, std::move(selection), edge_of(form, target), target.list_url
        );
    }
    std::int64_t changed = form.changed;
    try {
        changed =
            run_bulk_change(page, row->change, selection, form.changed, [&](std::int64_t in_all) {
                if (in_all > 0 || !row->asks) {
                    page.notify(
                        level::success, page.say(row->done, counted_messages(page, in_all))
                    );
                }
            });
    } catch (const MatchingTookTooLong&) {
        if (changed > 0) {
            notify_alone(page, page.say(row->so_far, counted_messages(page, changed)));
        }
        throw;
    }
    return selection.is_done() ? page.redirect(target.list_url)
                               : go_on_later(page, form, *row, target, selection, changed);
}

} // namespace drf_messages::admin
