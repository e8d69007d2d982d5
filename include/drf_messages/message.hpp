// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages {

inline constexpr std::size_t message_max_length = 1024; ///< in characters (code points), not bytes
inline constexpr std::size_t tag_max_length = 128;      ///< in characters
inline constexpr std::size_t view_max_length = 64;      ///< in characters

/// One stored message with its tags: a row of drf_messages_message and its rows of
/// drf_messages_messagetag.
/// - Django: drf_messages/models.py, Message.
struct Message {
    MessageId id;
    UserId user;
    /// foreign key into django_session, where the engine has that table
    std::optional<std::string> session;
    /// the session that the message was left in, on every engine
    std::optional<std::string> session_key;
    std::string view; ///< name of the view that left the message, or empty
    std::string message;
    Level level = 0;
    std::optional<Timestamp> read_at; ///< absent while unread
    Timestamp created;
    std::vector<std::string> extra_tags; ///< in the order they were added
};

} // namespace drf_messages
