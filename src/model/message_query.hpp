// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/message.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drf_messages {

/// A column of a message that a query may name; `tag_text` is drf_messages_messagetag.text, over
/// the relation.
enum class Field {
    id,
    user,
    session,
    session_key,
    view,
    message,
    level,
    read_at,
    created,
    tag_text
};

/// Django's field lookups. `exact` with a null value is `isnull`.
enum class Lookup {
    exact,
    iexact,
    gt,
    gte,
    lt,
    lte,
    in,
    isnull,
    contains,
    icontains,
    startswith,
    istartswith,
    endswith,
    iendswith
};

/// A value to compare with; text must be valid UTF-8 without NUL.
using FieldValue = std::variant<std::monostate, bool, std::int64_t, std::string, Timestamp>;

/// A tree of comparisons, joined by AND, OR and NOT: Django's Q.
struct Condition {
    enum class Kind { comparison, all_of, any_of, negation, nothing };
    Kind kind = Kind::all_of; ///< all_of without operands is true, `nothing` is false
    Field field = Field::id;
    Lookup lookup = Lookup::exact;
    std::vector<FieldValue> values; ///< one, or as many as `in` has
    std::vector<Condition> operands;

    static Condition compare(Field field, Lookup lookup, FieldValue value);
    static Condition in(Field field, std::vector<FieldValue> values);
    static Condition all_of(std::vector<Condition> operands);
    static Condition any_of(std::vector<Condition> operands);
    static Condition negation(Condition operand);
    static Condition nothing();
};

struct OrderBy {
    Field field = Field::created;
    bool descending = false;
};

/// Where a cursor page begins: strictly after `position` in the query's first order field (or at it
/// and after, `inclusive`). A null position stands for the rows whose field is null, which every
/// database of ours sorts as its own NULLs sort.
struct Seek {
    std::optional<FieldValue> position; ///< holds monostate for null
    bool inclusive = true;
};

/// Which messages, in which order, how many: what the REST list and the public query set both run.
struct MessageQuery {
    Condition where;
    /// Django: Message.Meta.ordering. Ties are broken by rising id, as on Django's SQLite. A query
    /// that is to be read from both ends names the id itself, in the direction of its first field.
    std::vector<OrderBy> order = std::vector<OrderBy>(1, OrderBy{Field::created, true});
    std::optional<Seek> seek;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> limit;
    /// Answers as of a moment: a `read_at` at or after it counts as null, in `where`, `order` and
    /// `seek` alike. A client that pages through unread messages thereby keeps its place although
    /// each page marks what it shows.
    std::optional<Timestamp> unread_as_of;
};

/// What `peek` answers.
struct UnreadSummary {
    std::int64_t count = 0;
    std::optional<Level> max_level; ///< absent when count is 0
};

} // namespace drf_messages
