// SPDX-License-Identifier: MIT
#include "messages/query_set_state.hpp"

#include <drf_messages/message_query_set.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages {

struct MessageQuerySet::Batches::Iterator::Pass {
    std::shared_ptr<const messages::QuerySetState> state;
    std::size_t size = 0;
    MessageQuery query;               ///< what is left to read
    std::vector<FieldValue> position; ///< of the last message that was read
    std::vector<Message> batch;
    bool complete = false;

    void next() {
        batch.clear();
        state->origin->refuse_ended();
        if (complete || !state->rows) {
            return;
        }
        std::vector<OrderKey> keys;
        MessageQuery part = query;
        part.behind = position;
        part.keys = &keys;
        part.limit = std::min<std::uint64_t>(size, query.limit.value_or(size));
        if (part.limit == 0) {
            return;
        }
        messages::DatabaseAccess& database = *state->origin->database;
        const LogSink log = [&database](LogLevel level, std::string_view line) {
            database.log(level, line);
        };
        batch = run(database, [&](sql::Connection& connection) {
            return store::select_messages(connection, state->scope(connection), part, log);
        });
        if (!keys.empty()) {
            position = std::move(keys.back().values);
        }
        messages::MessageOrigin::bind(batch, state->origin);
        complete = batch.size() < *part.limit;
        query.offset = 0;
        if (query.limit) {
            *query.limit -= batch.size();
        }
    }
};

MessageQuerySet::Batches::Iterator::Iterator(std::shared_ptr<Pass> pass) : pass_(std::move(pass)) {}

std::vector<Message>& MessageQuerySet::Batches::Iterator::operator*() const {
    return pass_->batch;
}

MessageQuerySet::Batches::Iterator& MessageQuerySet::Batches::Iterator::operator++() {
    pass_->next();
    return *this;
}

bool MessageQuerySet::Batches::Iterator::operator==(std::default_sentinel_t /*end*/)
    const noexcept {
    return pass_->batch.empty();
}

MessageQuerySet::Batches::Batches(
    std::shared_ptr<const messages::QuerySetState> state, std::size_t size
)
    : state_(std::move(state)), size_(size) {}

MessageQuerySet::Batches::Iterator MessageQuerySet::Batches::begin() const {
    auto pass = std::make_shared<Iterator::Pass>();
    pass->state = state_;
    pass->size = size_;
    pass->query = state_->query;
    pass->next();
    return Iterator(std::move(pass));
}

MessageQuerySet::Batches MessageQuerySet::batches(std::size_t size) const {
    if (size == 0) {
        throw std::invalid_argument("a batch has room for one message at least");
    }
    return {state_, size};
}

} // namespace drf_messages
