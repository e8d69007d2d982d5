// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/time.hpp>

#include <cstdint>
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
struct DRF_MESSAGES_API Condition {
    enum class Kind { comparison, all_of, any_of, negation, nothing, of_one_tag };
    /// all_of without operands is true, `nothing` is false; `of_one_tag` is its operand, in which
    /// all comparisons with a tag that are outside any negation apply to the same tag
    Kind kind = Kind::all_of;
    Field field = Field::id;
    Lookup lookup = Lookup::exact;
    std::vector<FieldValue> values; ///< one; any number for `in`, and for `icontains`: all of them
    std::vector<Condition> operands;

    static Condition compare(Field field, Lookup lookup, FieldValue value);
    static Condition in(Field field, std::vector<FieldValue> values);
    static Condition all_of(std::vector<Condition> operands);
    static Condition any_of(std::vector<Condition> operands);
    static Condition negation(Condition operand);
    static Condition nothing();
    static Condition of_one_tag(Condition operand);
};

/// Both, either, not: Django's `&`, `|` and `~` on Q.
DRF_MESSAGES_API Condition operator&&(Condition left, Condition right);
DRF_MESSAGES_API Condition operator||(Condition left, Condition right);
DRF_MESSAGES_API Condition operator!(Condition operand);

/// One part of an ordering.
struct OrderBy {
    Field field = Field::created;
    bool descending = false;
};

} // namespace drf_messages
