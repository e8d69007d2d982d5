// SPDX-License-Identifier: MIT
#include "messages/query_set_state.hpp"
#include "metrics/process_metrics.hpp"
#include "store/message_aggregates.hpp"
#include "store/message_keyset.hpp"
#include "store/user_table.hpp"
#include "text/plural.hpp"

#include <drf_messages/message_query_set.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace drf_messages {
namespace messages {
namespace {

/// This many parameters, each of them written twice, fit into a statement of any of the databases.
constexpr std::size_t most_values = 10'000;

std::shared_ptr<QuerySetState> copy_of(const QuerySetState& state) {
    return std::make_shared<QuerySetState>(state);
}

void refuse_sliced(const QuerySetState& state, std::string_view what) {
    if (state.sliced()) {
        throw std::logic_error(fmt::format("{} once a slice has been taken", what));
    }
}

MessageQuerySet restricted(const QuerySetState& state, Condition condition) {
    refuse_sliced(state, "Cannot filter a query set");
    const auto copy = copy_of(state);
    Condition& where = copy->query.where;
    if (where.kind != Condition::Kind::all_of) {
        std::vector<Condition> operands;
        operands.push_back(std::move(where));
        where = Condition::all_of(std::move(operands));
    }
    where.operands.push_back(std::move(condition));
    if (count_values(where) > most_values) {
        throw std::length_error("a query set compares with 10 000 values at most");
    }
    return MessageQuerySet(copy);
}

std::int64_t note_marked(const QuerySetState& state, std::int64_t marked) {
    state.origin->database->log(
        LogLevel::debug, fmt::format("Marked {} message{} as read", marked, text::plural(marked))
    );
    if (marked > 0) {
        state.origin->count_as_used();
    }
    return marked;
}

} // namespace

store::MessageScope QuerySetState::scope(sql::Connection& connection) const {
    store::MessageScope scope = *rows;
    const Settings& settings = origin->database->settings();
    if (scope.everybody && !store::is_auth_user(settings)) {
        const store::UserTable table = store::find_user_table(connection, settings);
        scope.text_keys = table.has_text_keys();
    }
    return scope;
}

std::vector<Message> QuerySetState::fetch(const MessageQuery& asked) const {
    origin->refuse_ended();
    if (!rows || asked.limit == 0) {
        return {};
    }
    DatabaseAccess& database = *origin->database;
    const LogSink log = [&database](LogLevel level, std::string_view line) {
        database.log(level, line);
    };
    std::vector<Message> messages = run(database, [&](sql::Connection& connection) {
        return store::select_messages(connection, scope(connection), asked, log);
    });
    MessageOrigin::bind(messages, origin);
    return messages;
}

MessageQuerySet make_query_set(std::shared_ptr<DatabaseAccess> database, QuerySetScope scope) {
    auto state = std::make_shared<QuerySetState>();
    state->origin = std::make_shared<MessageOrigin>(MessageOrigin{
        std::move(database), std::move(scope.request)});
    state->rows = std::move(scope.rows);
    return MessageQuerySet(std::move(state));
}

MessageQuerySet query_set_of(const std::shared_ptr<RequestState>& request) {
    request->refuse_ended();
    const bool by_session = request->database->settings().messages_use_sessions;
    return make_query_set(
        request->database, {store::message_scope(request->viewer, by_session), request}
    );
}

const MessageQuery& query_of(const MessageQuerySet& set) {
    return set.state().query;
}

MessageQuerySet with_query(const MessageQuerySet& set, MessageQuery query) {
    const auto copy = copy_of(set.state());
    copy->query = std::move(query);
    return MessageQuerySet(copy);
}

std::vector<MessageId> unread_ids(std::span<const Message> messages) {
    std::vector<MessageId> ids;
    for (const Message& message : messages) {
        if (!message.read_at) {
            ids.push_back(message.id);
        }
    }
    return ids;
}

std::int64_t mark(const MessageQuerySet& set, std::span<const Message> shown) {
    const QuerySetState& state = set.state();
    state.origin->refuse_ended();
    const std::vector<MessageId> ids = unread_ids(shown);
    if (ids.empty() || !state.rows) {
        return 0;
    }
    DatabaseAccess& database = *state.origin->database;
    const auto each = [&](sql::Connection& connection) {
        return store::mark_read(connection, *state.rows, ids, database.now());
    };
    // A transaction keeps several statements together.
    const bool several = ids.size() > store::marked_by_one_statement;
    return note_marked(state, several ? transact(database, each) : run(database, each));
}

} // namespace messages

using messages::copy_of;
using messages::QuerySetState;
using messages::refuse_sliced;

MessageQuerySet::MessageQuerySet(std::shared_ptr<const messages::QuerySetState> state)
    : state_(std::move(state)) {}

MessageQuerySet MessageQuerySet::filter(Condition condition) const {
    condition = messages::storable(std::move(condition));
    if (messages::count_tags(condition) > 1) {
        condition = Condition::of_one_tag(std::move(condition));
    }
    return messages::restricted(*state_, std::move(condition));
}

MessageQuerySet MessageQuerySet::exclude(Condition condition) const {
    return messages::restricted(
        *state_, Condition::negation(messages::storable(std::move(condition)))
    );
}

MessageQuerySet MessageQuerySet::none() const {
    const auto copy = copy_of(*state_);
    copy->rows.reset();
    return MessageQuerySet(copy);
}

MessageQuerySet MessageQuerySet::order_by(std::vector<OrderBy> order) const {
    refuse_sliced(*state_, "Cannot reorder a query set");
    const auto copy = copy_of(*state_);
    copy->query.order = std::move(order);
    return MessageQuerySet(copy);
}

MessageQuerySet MessageQuerySet::reverse() const {
    refuse_sliced(*state_, "Cannot reverse a query set");
    const auto copy = copy_of(*state_);
    copy->query.order = store::total_order(state_->query.order);
    for (OrderBy& by : copy->query.order) {
        by.descending = !by.descending;
    }
    return MessageQuerySet(copy);
}

MessageQuerySet MessageQuerySet::slice(std::int64_t start, std::optional<std::int64_t> stop) const {
    if (start < 0 || stop.value_or(0) < 0) {
        throw std::invalid_argument("a query set does not count from the end");
    }
    const auto copy = copy_of(*state_);
    MessageQuery& query = copy->query;
    const auto skipped = static_cast<std::uint64_t>(start);
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t left = query.limit.value_or(most);
    left = left == most ? most : left - std::min(left, skipped);
    if (stop) {
        left = std::min(left, static_cast<std::uint64_t>(std::max(*stop - start, std::int64_t{0})));
    }
    query.offset += std::min(skipped, most - query.offset);
    query.limit = left == most ? std::nullopt : std::optional(left);
    return MessageQuerySet(copy);
}

std::vector<Message> MessageQuerySet::list() const {
    return state_->fetch(state_->query);
}

MessageQuerySet::Iterator MessageQuerySet::begin() const {
    return Iterator(list());
}

Message MessageQuerySet::operator[](std::int64_t index) const {
    if (index == std::numeric_limits<std::int64_t>::max()) {
        throw std::out_of_range("there is no message at this index");
    }
    std::vector<Message> found = slice(index, index + 1).list();
    if (found.empty()) {
        throw std::out_of_range("there is no message at this index");
    }
    return std::move(found.front());
}

std::optional<Message> MessageQuerySet::first() const {
    std::vector<Message> found = limit(1).list();
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::optional<Message> MessageQuerySet::last() const {
    return reverse().first();
}

std::optional<Message> MessageQuerySet::get(MessageId id) const {
    refuse_sliced(*state_, "Cannot filter a query set");
    return filter(field::id == id).first();
}

std::int64_t MessageQuerySet::count() const {
    const QuerySetState& state = *state_;
    state.origin->refuse_ended();
    if (state.nothing()) {
        return 0;
    }
    const std::int64_t all = run(*state.origin->database, [&](sql::Connection& connection) {
        return store::count_messages(connection, *state.rows, state.query);
    });
    const auto behind = static_cast<std::uint64_t>(all);
    const std::uint64_t left = behind - std::min(behind, state.query.offset);
    return static_cast<std::int64_t>(std::min(left, state.query.limit.value_or(left)));
}

bool MessageQuerySet::exists() const {
    const QuerySetState& state = *state_;
    state.origin->refuse_ended();
    return !state.nothing() && run(*state.origin->database, [&](sql::Connection& connection) {
        return store::any_message(connection, *state.rows, state.query.where, state.query.offset);
    });
}

FieldValue MessageQuerySet::extreme(const char* function, Field field) const {
    const QuerySetState& state = *state_;
    state.origin->refuse_ended();
    if (state.nothing()) {
        return {};
    }
    return run(*state.origin->database, [&](sql::Connection& connection) {
        return store::select_extreme(connection, *state.rows, state.query, function, field);
    });
}

std::pair<std::optional<std::int64_t>, std::int64_t> MessageQuerySet::level_sum() const {
    const QuerySetState& state = *state_;
    state.origin->refuse_ended();
    if (state.nothing()) {
        return {};
    }
    const auto [sum, count] = run(*state.origin->database, [&](sql::Connection& connection) {
        return store::sum_levels(connection, *state.rows, state.query);
    });
    return {sum, count};
}

std::vector<std::pair<FieldValue, std::int64_t>> MessageQuerySet::count_each(Field field) const {
    const QuerySetState& state = *state_;
    state.origin->refuse_ended();
    if (state.nothing()) {
        return {};
    }
    return run(*state.origin->database, [&](sql::Connection& connection) {
        return store::count_messages_by(connection, state.scope(connection), state.query, field);
    });
}

std::int64_t MessageQuerySet::mark_read() const {
    const QuerySetState& state = *state_;
    refuse_sliced(state, "Cannot mark the messages of a query set");
    state.origin->refuse_ended();
    if (state.nothing()) {
        return 0;
    }
    messages::DatabaseAccess& database = *state.origin->database;
    const Timestamp now = database.now();
    const std::int64_t marked = run(database, [&](sql::Connection& connection) {
        return store::mark_read(connection, *state.rows, state.query.where, now);
    });
    return messages::note_marked(state, marked);
}

std::int64_t MessageQuerySet::remove() const {
    const QuerySetState& state = *state_;
    refuse_sliced(state, "Cannot delete the messages of a query set");
    state.origin->refuse_ended();
    if (state.nothing()) {
        return 0;
    }
    const auto removed = transact(*state.origin->database, [&](sql::Connection& connection) {
        return store::delete_messages(connection, *state.rows, state.query.where);
    });
    metrics::process_metrics().deleted[metrics::Deletion::application].add(
        static_cast<std::uint64_t>(removed)
    );
    return removed;
}

} // namespace drf_messages
