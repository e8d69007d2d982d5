// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>
#include <drf_messages/message.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace drf_messages {

/// Where a cursor page begins: strictly after `position` in the query's first order field (or at it
/// and after, `inclusive`). A null position stands for the rows whose field is null; each database
/// sorts them in its own way.
struct Seek {
    std::optional<FieldValue> position; ///< holds monostate for null
    bool inclusive = true;
};

/// Which messages, in which order, how many: what the REST list and the public query set both run.
struct MessageQuery {
    Condition where;
    /// Django: Message.Meta.ordering. Ties are broken by rising id, as on Django's SQLite. A query
    /// that has to be read from both ends names the id itself, in the direction of its first field.
    std::vector<OrderBy> order = std::vector<OrderBy>(1, OrderBy{Field::created, true});
    std::optional<Seek> seek;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> limit;
    /// Answers as of a moment: a `read_at` at or after it counts as null, in `where`, `order` and
    /// `seek` alike. This way a client that pages through unread messages keeps its place, although
    /// each page marks what it shows.
    std::optional<Timestamp> unread_as_of;
};

/// What `peek` answers.
struct UnreadSummary {
    std::int64_t count = 0;
    std::optional<Level> max_level; ///< absent when count is 0
};

} // namespace drf_messages
