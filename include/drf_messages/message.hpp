// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/django_message.hpp>
#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/message_tag.hpp>
#include <drf_messages/time.hpp>

#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::messages {
struct MessageOrigin;
}

namespace drf_messages {

inline constexpr std::size_t message_max_length = 1024; ///< in characters (code points), not bytes
inline constexpr std::size_t tag_max_length = 128;      ///< in characters
inline constexpr std::size_t view_max_length = 64;      ///< in characters

/// One stored message with its tags, as they were when they were read: a row of
/// drf_messages_message and its rows in drf_messages_messagetag. Changing a member changes nothing
/// in the database.
///
/// The functions are for messages that a query set or a manager returned. For others, and once the
/// request, transaction or site that they come from has ended, they throw std::logic_error. They
/// throw DatabaseError when the database fails.
/// - Django: drf_messages/models.py, Message.
struct DRF_MESSAGES_API Message {
    MessageId id;
    UserId user;
    /// foreign key into django_session, if the engine has that table
    std::optional<std::string> session;
    /// the session that the message was left in, on every engine
    std::optional<std::string> session_key;
    std::string view; ///< name of the view that left the message, or empty
    std::string message;
    Level level = 0;
    std::optional<Timestamp> read_at; ///< absent while unread
    Timestamp created;
    std::vector<std::string> extra_tags; ///< in the order they were added

    /// Adds a tag, or several, in one transaction. Throws Refused for one that is too long, is not
    /// UTF-8 or contains a NUL, and errc::not_found when the message is gone; nothing is stored
    /// then.
    void add_tag(std::string_view tag);
    void add_tag(const char* tag) { add_tag(std::string_view(tag)); }
    void add_tag(const std::string& tag) { add_tag(std::string_view(tag)); }
    void add_tag(std::initializer_list<std::string_view> tags);
    void add_tag(const std::vector<std::string>& tags);
    /// The tags as rows, read now, in the order they were added.
    std::vector<MessageTag> tags() const;

    /// Marks the message as read unless it is already read or gone; returns whether it did. The
    /// storage of the request counts as used in any case.
    bool mark_read();
    /// Deletes the message with its tags; false if it was already gone. Django: Model.delete.
    bool remove();

    /// What MESSAGE_TAGS calls the level; empty when it has no name for it.
    std::string level_tag() const;
    DjangoMessage get_django_message() const;

private:
    friend struct messages::MessageOrigin;
    const messages::MessageOrigin& origin() const;
    void add_tags(std::vector<std::string> tags);

    /// where it came from; null for a value that no query set returned
    std::shared_ptr<const messages::MessageOrigin> origin_;
};

/// The text.
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const Message& message);

} // namespace drf_messages
