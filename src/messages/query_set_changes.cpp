// SPDX-License-Identifier: MIT
#include "messages/message_changes.hpp"
#include "messages/query_set_state.hpp"
#include "messages/with_ids.hpp"

#include <drf_messages/message_query_set.hpp>
#include <drf_messages/request.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages {
namespace {

/// What is not committed may be undone, and its position given to something else.
void refuse_in_transaction(const messages::DatabaseAccess& database) {
    if (database.is_in_transaction()) {
        throw std::logic_error("the feed of changes was asked in a transaction");
    }
}

} // namespace

std::optional<MessageChanges>
MessageQuerySet::changes(const MessageState& since, std::size_t limit) const {
    const messages::QuerySetState& state = *state_;
    state.origin->refuse_ended();
    const bool is_filtered =
        state.query.where.kind != Condition::Kind::all_of || !state.query.where.operands.empty();
    if (is_filtered || state.sliced() || (state.rows && state.rows->everybody)) {
        throw std::logic_error("changes() tells of all messages of a request");
    }
    messages::DatabaseAccess& database = *state.origin->database;
    refuse_in_transaction(database);
    MessageChanges changes;
    changes.old_state = since;
    changes.new_state = since;
    if (!state.rows) {
        return changes;
    }
    const auto answer = run(database, [&](sql::Connection& connection) {
        return messages::changed_ids(
            connection,
            *state.rows,
            since,
            std::clamp(limit, std::size_t{1}, most_changes),
            database.settings().live.replay_limit
        );
    });
    const auto* ids = std::get_if<messages::ChangedIds>(&answer);
    if (ids == nullptr) {
        return std::nullopt;
    }
    const auto living = ids->living();
    ids->sort_out(
        living.empty() ? std::vector<Message>() : filter(messages::with_ids(living)).list(), changes
    );
    const auto unread = run(database, [&](sql::Connection& connection) {
        return store::summarize_unread(connection, *state.rows);
    });
    changes.count = unread.count;
    changes.max_level = unread.max_level;
    return changes;
}

std::optional<MessageState> Request::messages_state() const {
    if (!state_) {
        throw std::logic_error("the request was moved from");
    }
    state_->refuse_ended();
    refuse_in_transaction(*state_->database);
    if (!state_->viewer.user) {
        return std::nullopt;
    }
    const auto standing = run(*state_->database, [this](sql::Connection& connection) {
        return store::standing(connection, *state_->viewer.user);
    });
    return standing ? std::optional(standing->state) : std::nullopt;
}

} // namespace drf_messages
