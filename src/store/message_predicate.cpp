// SPDX-License-Identifier: MIT
#include "store/message_predicate.hpp"

#include "store/message_columns.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace drf_messages::store {
namespace {

using Kind = Predicate::Kind;
using Operands = std::vector<const Condition*>;

/// Which tag a comparison with a tag is about.
enum class Tag {
    any,      ///< any tag of the message
    any_same, ///< any, but the same one for all that are joined by AND
    current,  ///< the one that a tag_exists around it stands at
    absent,   ///< none, as if the message had no tag
};

/// What stands around a condition.
struct Around {
    Tag tag = Tag::any;
    bool negated = false;
};

Predicate normalised(const Condition& condition, Around around);

Predicate of_kind(Kind kind) {
    return {kind, nullptr, {}};
}

Predicate about(Kind kind, const Condition& comparison) {
    return {kind, &comparison, {}};
}

/// Whether `isnull` asks for null, or for something.
bool wants_null(const Condition& condition) {
    if (condition.lookup == Lookup::exact || condition.values.empty()) {
        return true;
    }
    const auto* wanted = std::get_if<bool>(&condition.values.front());
    return wanted == nullptr || *wanted;
}

bool asks_for_null(const Condition& condition) {
    return condition.lookup == Lookup::isnull ||
           (condition.lookup == Lookup::exact && !condition.values.empty() &&
            is_null(condition.values.front()));
}

bool asks_for_no_tag(const Condition& condition) {
    return asks_for_null(condition) && wants_null(condition);
}

bool is_about_tags(const Condition& condition) {
    return condition.kind == Condition::Kind::comparison && condition.field == Field::tag_text;
}

/// Whether a comparison with a tag stands in it outside of every negation.
bool names_a_tag(const Condition& condition) {
    return is_about_tags(condition) ||
           (condition.kind != Condition::Kind::negation &&
            std::any_of(condition.operands.begin(), condition.operands.end(), names_a_tag));
}

/// Whether it may hold for a message without tags.
bool holds_without_tags(const Condition& condition) {
    switch (condition.kind) {
    case Condition::Kind::comparison:
        return !is_about_tags(condition) || asks_for_no_tag(condition);
    case Condition::Kind::all_of:
    case Condition::Kind::of_one_tag:
        return std::all_of(
            condition.operands.begin(), condition.operands.end(), holds_without_tags
        );
    case Condition::Kind::any_of:
        return std::any_of(
            condition.operands.begin(), condition.operands.end(), holds_without_tags
        );
    case Condition::Kind::negation:
        return true;
    case Condition::Kind::nothing:
        return false;
    }
    return true;
}

bool is(const Predicate& predicate, Kind kind) {
    return predicate.kind == kind;
}

Predicate compared(const Condition& condition) {
    const bool can_hold = !std::all_of(condition.values.begin(), condition.values.end(), is_null);
    return can_hold ? about(Kind::compares, condition) : of_kind(Kind::never);
}

Predicate of_column(const Condition& condition, bool negated) {
    if (asks_for_null(condition)) {
        if (!is_nullable(condition.field)) {
            return of_kind(wants_null(condition) ? Kind::never : Kind::always);
        }
        return about(wants_null(condition) ? Kind::is_null : Kind::is_not_null, condition);
    }
    Predicate comparison = compared(condition);
    if (!negated || !is_nullable(condition.field)) {
        return comparison;
    }
    // Django counts a null as "does not compare", so that exclude() keeps the row.
    Predicate both = of_kind(Kind::all_of);
    both.operands.push_back(about(Kind::is_not_null, condition));
    both.operands.push_back(std::move(comparison));
    return both;
}

/// A row for each message, however many of its tags fit. No tag at all is Django's null.
Predicate of_tag(const Condition& condition, Tag tag) {
    const bool null = asks_for_null(condition);
    const bool no_tag = asks_for_no_tag(condition);
    if (tag == Tag::current) {
        return null ? of_kind(no_tag ? Kind::never : Kind::always) : compared(condition);
    }
    if (no_tag) {
        return of_kind(Kind::tag_absent);
    }
    if (tag == Tag::absent) {
        return of_kind(Kind::never);
    }
    Predicate exists = of_kind(Kind::tag_exists);
    if (!null) {
        Predicate comparison = compared(condition);
        if (is(comparison, Kind::never)) {
            return comparison;
        }
        exists.operands.push_back(std::move(comparison));
    }
    return exists;
}

/// One operand stands for itself; none is what AND and OR begin with. What decides the group is all
/// that is left of it, and what decides nothing is left out: values that cannot be met make no
/// texts of their own.
Predicate joined(Kind kind, const Operands& operands, Around around) {
    const bool all = kind == Kind::all_of;
    const Kind deciding = all ? Kind::never : Kind::always;
    const Kind neutral = all ? Kind::always : Kind::never;
    Predicate group = of_kind(kind);
    group.operands.reserve(operands.size());
    for (const Condition* operand : operands) {
        Predicate one = normalised(*operand, around);
        if (is(one, deciding)) {
            return one;
        }
        if (!is(one, neutral)) {
            group.operands.push_back(std::move(one));
        }
    }
    if (group.operands.empty()) {
        return of_kind(neutral);
    }
    if (group.operands.size() == 1) {
        Predicate alone = std::move(group.operands.front());
        return alone;
    }
    return group;
}

Predicate negated(Predicate predicate) {
    if (is(predicate, Kind::always) || is(predicate, Kind::never)) {
        return of_kind(is(predicate, Kind::always) ? Kind::never : Kind::always);
    }
    Predicate negation = of_kind(Kind::negation);
    negation.operands.push_back(std::move(predicate));
    return negation;
}

Operands operands_of(const Condition& condition) {
    Operands operands;
    operands.reserve(condition.operands.size());
    for (const Condition& operand : condition.operands) {
        operands.push_back(&operand);
    }
    return operands;
}

/// Django joins a message's tags once for all of one filter(), but looks each up by itself where it
/// negates.
Predicate of_same_tag(const Condition& condition, Around around) {
    Operands of_tag;
    Operands others;
    for (const Condition& operand : condition.operands) {
        (names_a_tag(operand) ? of_tag : others).push_back(&operand);
    }
    if (of_tag.size() < 2) {
        return joined(Kind::all_of, operands_of(condition), around);
    }
    Predicate exists = of_kind(Kind::tag_exists);
    exists.operands.push_back(joined(Kind::all_of, of_tag, {Tag::current}));
    Predicate one_or_none = of_kind(Kind::any_of);
    one_or_none.operands.push_back(std::move(exists));
    if (std::all_of(of_tag.begin(), of_tag.end(), [](const Condition* operand) {
            return holds_without_tags(*operand);
        })) {
        one_or_none.operands.push_back(joined(Kind::all_of, of_tag, {Tag::absent}));
    }
    Predicate both = of_kind(Kind::all_of);
    if (!others.empty()) {
        both.operands.push_back(joined(Kind::all_of, others, {Tag::any_same}));
    }
    both.operands.push_back(std::move(one_or_none));
    return both;
}

Predicate normalised(const Condition& condition, Around around) {
    switch (condition.kind) {
    case Condition::Kind::comparison:
        return is_about_tags(condition) ? of_tag(condition, around.tag)
                                        : of_column(condition, around.negated);
    case Condition::Kind::all_of:
        return around.tag == Tag::any_same ? of_same_tag(condition, around)
                                           : joined(Kind::all_of, operands_of(condition), around);
    case Condition::Kind::any_of:
        return joined(Kind::any_of, operands_of(condition), around);
    case Condition::Kind::negation:
        return negated(joined(Kind::all_of, operands_of(condition), {Tag::any, !around.negated}));
    case Condition::Kind::nothing:
        return of_kind(Kind::never);
    case Condition::Kind::of_one_tag:
        if (around.tag == Tag::any) {
            around.tag = Tag::any_same;
        }
        return joined(Kind::all_of, operands_of(condition), around);
    }
    return of_kind(Kind::always);
}

} // namespace

Predicate normalise(const Condition& condition) {
    return normalised(condition, {});
}

} // namespace drf_messages::store
