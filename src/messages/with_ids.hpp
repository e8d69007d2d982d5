// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>
#include <drf_messages/ids.hpp>

#include <span>
#include <utility>
#include <vector>

namespace drf_messages::messages {

/// The messages with these ids.
inline Condition with_ids(std::span<const MessageId> ids) {
    std::vector<FieldValue> values;
    values.reserve(ids.size());
    for (const MessageId id : ids) {
        values.emplace_back(id.value);
    }
    return Condition::in(Field::id, std::move(values));
}

} // namespace drf_messages::messages
