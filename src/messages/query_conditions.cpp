// SPDX-License-Identifier: MIT
#include "messages/query_set_state.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <variant>

namespace drf_messages::messages {
namespace {

bool is_unstorable(const FieldValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr &&
           (text->find('\0') != std::string::npos || !text::is_valid_utf8(*text));
}

template<class Count>
std::size_t sum_of(const Condition& condition, Count count) {
    return std::accumulate(
        condition.operands.begin(),
        condition.operands.end(),
        std::size_t{0},
        [count](std::size_t sum, const Condition& operand) { return sum + count(operand); }
    );
}

} // namespace

Condition storable(Condition condition) {
    if (condition.kind == Condition::Kind::comparison) {
        auto& values = condition.values;
        const auto kept = std::remove_if(values.begin(), values.end(), is_unstorable);
        const bool some = kept != values.end();
        values.erase(kept, values.end());
        return some && values.empty() ? Condition::nothing() : condition;
    }
    for (Condition& operand : condition.operands) {
        operand = storable(std::move(operand));
    }
    return condition;
}

std::size_t count_tags(const Condition& condition) {
    if (condition.kind == Condition::Kind::comparison) {
        return condition.field == Field::tag_text ? 1 : 0;
    }
    return sum_of(condition, count_tags);
}

std::size_t count_values(const Condition& condition) {
    return condition.values.size() + sum_of(condition, count_values);
}

} // namespace drf_messages::messages
