// SPDX-License-Identifier: MIT
#include "messages/marking.hpp"

#include "messages/query_set_state.hpp"
#include "store/feed.hpp"
#include "text/plural.hpp"

#include <drf_messages/messages.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages {
namespace messages {
namespace {

void note_marked(DatabaseAccess& database, std::int64_t marked, bool read) {
    database.log(
        LogLevel::debug,
        fmt::format(
            "Marked {} message{} as {}", marked, text::plural(marked), read ? "read" : "unread"
        )
    );
}

bool has_feed(DatabaseAccess& database) {
    if (database.is_in_transaction()) {
        throw std::logic_error("messages cannot be marked up to a state in a transaction");
    }
    return run(database, [](sql::Connection& connection) {
        return store::feed_info(connection).has_value();
    });
}

/// Leaves out what was created behind the state. `ids` were selected before: whatever of them is
/// newer is in the feed by now.
Result<void> keep_seen(
    sql::Connection& connection,
    const UserId& user,
    const MessageState& up_to,
    std::vector<MessageId>& ids
) {
    auto newer = store::created_since(connection, user, up_to.position);
    // Asked last: had rows been trimmed before the line above, the state would be expired now.
    const auto info = store::feed_info(connection);
    if (!info || !store::is_known(*info, connection, user, up_to)) {
        return errc::state_expired;
    }
    std::sort(newer.begin(), newer.end());
    std::erase_if(ids, [&](MessageId id) {
        return std::binary_search(newer.begin(), newer.end(), id);
    });
    return {};
}

void refuse_slice(const QuerySetState& state) {
    if (state.sliced()) {
        throw std::logic_error("Cannot mark the messages of a query set once a slice has been taken"
        );
    }
}

} // namespace

Result<std::vector<MessageId>> mark(
    DatabaseAccess& database,
    const store::MessageScope& scope,
    const Condition& where,
    const Marking& marking
) {
    if (marking.up_to && (scope.everybody || !has_feed(database))) {
        return errc::no_feed;
    }
    const Timestamp now = database.now();
    const auto each = [&](sql::Connection& connection) -> Result<std::vector<MessageId>> {
        auto ids =
            store::lock_messages_to_mark(connection, scope, where, marking.ids, marking.read);
        if (marking.up_to) {
            if (const auto kept = keep_seen(connection, scope.user, *marking.up_to, ids);
                kept.has_error()) {
                return kept.error();
            }
        }
        if (marking.read) {
            store::mark_read(connection, scope, ids, now);
        } else {
            store::mark_unread(connection, scope, ids);
        }
        return ids;
    };
    // How many there are up to a state, or without ids, nobody knows before.
    const auto sharing = marking.ids && !marking.up_to ? store::sharing_of(marking.ids->size())
                                                       : sql::Sharing::opens;
    auto marked = transact(database, each, sharing);
    if (marked.has_value()) {
        note_marked(database, static_cast<std::int64_t>(marked->size()), marking.read);
    }
    return marked;
}

Result<std::vector<MessageId>> mark(const MessageQuerySet& set, const Marking& marking) {
    const QuerySetState& state = set.state();
    refuse_slice(state);
    state.origin->refuse_ended();
    if (!state.rows) {
        return std::vector<MessageId>();
    }
    auto marked = mark(*state.origin->database, *state.rows, state.query.where, marking);
    if (marking.read && marked.has_value() && !marked->empty()) {
        state.origin->count_as_used();
    }
    return marked;
}

std::int64_t mark_read_up_to(Request& request, const MessageState& state) {
    if (!request.state()) {
        throw std::logic_error("the request was moved from");
    }
    const auto marked = mark(query_set_of(request.state()), {.read = true, .up_to = state});
    if (marked.has_error()) {
        throw Refused(static_cast<errc>(marked.error().value()));
    }
    return static_cast<std::int64_t>(marked->size());
}

} // namespace messages

std::int64_t MessageQuerySet::mark_unread() const {
    const messages::QuerySetState& state = *state_;
    messages::refuse_slice(state);
    state.origin->refuse_ended();
    if (state.nothing()) {
        return 0;
    }
    messages::DatabaseAccess& database = *state.origin->database;
    const std::int64_t marked = run(database, [&](sql::Connection& connection) {
        return store::mark_unread(connection, *state.rows, state.query.where);
    });
    messages::note_marked(database, marked, false);
    return marked;
}

} // namespace drf_messages
