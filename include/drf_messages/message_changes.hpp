// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_state.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace drf_messages {

/// How many changes one answer has at most, unless another number is asked for, and at most.
inline constexpr std::size_t usual_changes = 100;
inline constexpr std::size_t most_changes = 500;

/// What has happened to a visitor's messages since a state. A message is in one of the three lists,
/// as it is now: it may come again later, and whoever has it already loses nothing by that. A list
/// may hold a message that the other side does not know, or not any more.
/// - JMAP: RFC 8620, 5.2.
struct MessageChanges {
    MessageState old_state;
    /// to go on from
    MessageState new_state;
    /// Whether there is more between `new_state` and now.
    bool has_more = false;
    std::vector<Message> created;
    std::vector<Message> updated;
    std::vector<MessageId> destroyed; ///< deleted, or out of sight

    std::int64_t count = 0;         ///< of those that are unread now
    std::optional<Level> max_level; ///< of those; absent when count is 0
};

} // namespace drf_messages
