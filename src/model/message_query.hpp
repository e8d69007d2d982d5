// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>
#include <drf_messages/message.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace drf_messages {

/// Where a message stands in a query: the values by which it is ordered, the id last.
struct OrderKey {
    /// of store::total_order(query.order), as the database writes them: even a time that only
    /// SQLite takes for one finds its row again
    std::vector<FieldValue> values;
    /// Whether the first of them is the value that the message itself shows.
    bool shown = true;
};

/// Which messages, in which order, how many: what the REST list and the public query set both run.
struct MessageQuery {
    Condition where;
    /// Django: Message.Meta.ordering. Ties are broken by rising id, as on Django's SQLite. A query
    /// that has to be read from both ends names the id itself, in the direction of its first field.
    std::vector<OrderBy> order = std::vector<OrderBy>(1, OrderBy{Field::created, true});
    /// Only the messages whose first order field is beyond this value, which is not null.
    std::optional<FieldValue> beyond;
    /// Only the messages behind the one of this place, which need not exist: the values of an
    /// OrderKey.
    std::vector<FieldValue> behind;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> limit;
    /// Answers as of a moment: a `read_at` at or after it counts as null, in `where`, `order` and
    /// what begins it alike. This way a client that pages through unread messages keeps its place,
    /// although each page marks what it shows.
    std::optional<Timestamp> unread_as_of;
    /// Gets the place of each message that is found; it must live until the query has run.
    std::vector<OrderKey>* keys = nullptr;
};

/// What `peek` answers.
struct UnreadSummary {
    std::int64_t count = 0;
    std::optional<Level> max_level; ///< absent when count is 0
};

} // namespace drf_messages
