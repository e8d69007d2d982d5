// SPDX-License-Identifier: MIT
#include <drf_messages/condition.hpp>

#include <utility>

namespace drf_messages {

Condition Condition::compare(Field field, Lookup lookup, FieldValue value) {
    Condition condition;
    condition.kind = Kind::comparison;
    condition.field = field;
    condition.lookup = lookup;
    condition.values.push_back(std::move(value));
    return condition;
}

Condition Condition::in(Field field, std::vector<FieldValue> values) {
    Condition condition;
    condition.kind = Kind::comparison;
    condition.field = field;
    condition.lookup = Lookup::in;
    condition.values = std::move(values);
    return condition;
}

Condition Condition::all_of(std::vector<Condition> operands) {
    Condition condition;
    condition.operands = std::move(operands);
    return condition;
}

Condition Condition::any_of(std::vector<Condition> operands) {
    Condition condition;
    condition.kind = Kind::any_of;
    condition.operands = std::move(operands);
    return condition;
}

Condition Condition::negation(Condition operand) {
    Condition condition;
    condition.kind = Kind::negation;
    condition.operands.push_back(std::move(operand));
    return condition;
}

Condition Condition::nothing() {
    Condition condition;
    condition.kind = Kind::nothing;
    return condition;
}

Condition Condition::of_one_tag(Condition operand) {
    Condition condition;
    condition.kind = Kind::of_one_tag;
    condition.operands.push_back(std::move(operand));
    return condition;
}

namespace {

/// `left` with `right` as its last operand, so that `a && b && c` is one list.
Condition joined(Condition::Kind kind, Condition left, Condition right) {
    if (left.kind != kind || left.operands.empty()) {
        Condition list;
        list.kind = kind;
        list.operands.push_back(std::move(left));
        left = std::move(list);
    }
    left.operands.push_back(std::move(right));
    return left;
}

} // namespace

Condition operator&&(Condition left, Condition right) {
    return joined(Condition::Kind::all_of, std::move(left), std::move(right));
}

Condition operator||(Condition left, Condition right) {
    return joined(Condition::Kind::any_of, std::move(left), std::move(right));
}

Condition operator!(Condition operand) {
    return Condition::negation(std::move(operand));
}

} // namespace drf_messages
