// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>

#include <vector>

namespace drf_messages::store {

/// What a condition asks of a message's row, decided: which comparisons can hold at all, which are
/// about null, and which concern the same tag. Whoever prints it decides nothing but words.
struct Predicate {
    enum class Kind {
        always,
        never,
        is_null,     ///< of `comparison`'s field
        is_not_null, ///< of `comparison`'s field
        compares,    ///< by `comparison`, which has a value
        all_of,      ///< one operand or more, in parentheses
        any_of,      ///< one operand or more, in parentheses
        negation,    ///< one operand
        tag_exists,  ///< one tag for which all operands hold; without operands: any tag
        tag_absent,  ///< no tag
    };

    Kind kind = Kind::always;
    const Condition* comparison = nullptr;
    std::vector<Predicate> operands;
};

/// The condition as a predicate, which points into it.
/// - A comparison with a tag becomes `compares` inside of tag_exists only.
/// - Django: django/db/models/sql/query.py (build_filter, split_exclude).
Predicate normalise(const Condition& condition);

} // namespace drf_messages::store
