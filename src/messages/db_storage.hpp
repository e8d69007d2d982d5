// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "messages/marking.hpp"
#include "messages/message_changes.hpp"
#include "messages/storage.hpp"
#include "model/message_query.hpp"
#include "store/message_store.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/viewer.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::messages {

/// Django's request._messages with drf_messages.storage.DBStorage, and a viewer's rows for the REST
/// views, which show them whatever MESSAGE_STORAGE says. Without a user (or, with
/// MESSAGES_USE_SESSIONS, without a session) it keeps messages in memory for this request. Marking
/// is exact: only messages that a call returned are marked, never one that has arrived since.
class DBStorage final : public Storage {
public:
    /// - database: must live longer.
    DBStorage(DatabaseAccess& database, Viewer viewer, std::string view_name);

    /// Whose messages these are, if authentication decides that later than the middleware (token,
    /// basic).
    void set_viewer(Viewer viewer);
    const Viewer& viewer() const noexcept { return viewer_; }
    /// Whether messages are kept only in memory.
    bool fallback() const;

    // ---- reading, newest first
    Reading read() override;
    void finish_reading(const Reading& reading) override;
    std::optional<DjangoMessage> at(std::int64_t index) override;
    std::vector<DjangoMessage> slice(
        std::optional<std::int64_t> start,
        std::optional<std::int64_t> stop,
        std::optional<std::int64_t> step
    ) override;
    std::size_t size() override;
    bool empty() override;
    bool contains(std::string_view text) override;
    bool contains(Level level) override;
    bool contains(const DjangoMessage& message) override;
    std::string str() override;
    std::string repr() override;
    void mark_all_read() override;
    void rows_were_marked() override {
        used = true;
        stored_used_ = true;
        updated_ = false;
    }

    /// With MESSAGES_DELETE_READ and after use, deletes the viewer's read messages in one
    /// transaction.
    std::vector<DjangoMessage> update(http::Response* response = nullptr) override;
    std::string lost_at_end() const override;

    /// Marks every unread message that `where` selects, shown or not, and returns how many.
    std::int64_t mark_read(const Condition& where = {});
    /// Marks the unread of these, which were shown.
    void mark(std::span<const Message> shown);
    /// As messages::mark(), of the visitor's messages that `where` selects.
    Result<std::vector<MessageId>> mark(const Condition& where, const Marking& marking);

    // ---- what the REST views do
    /// How many messages `where` selects, read ones included.
    std::int64_t count(const MessageQuery& query);
    /// The messages that the query selects. With `mark_shown` exactly the unread ones among these
    /// are marked as read at once; the result still shows them as they were.
    /// - mark_at_most: mark only the first this many of them; a page may look one message further
    ///   without marking it.
    std::vector<Message> fetch(
        const MessageQuery& query,
        bool mark_shown,
        std::optional<std::size_t> mark_at_most = std::nullopt
    );
    /// One message, which `where` must also select.
    std::optional<Message> fetch_one(MessageId id, const Condition& where, bool mark_shown);
    UnreadSummary summarize_unread();
    /// How many unread messages of each level `where` selects, by rising level.
    std::map<Level, std::int64_t> count_unread(const Condition& where);
    /// Deletes one message that `where` selects. errc::not_found; errc::unread_not_deletable unless
    /// `allow_unread`. Check and deletion are one transaction.
    Result<void> remove(MessageId id, const Condition& where, bool allow_unread);

    // ---- the feed of changes
    /// Where the visitor stands; absent for an anonymous one, and without a feed. What is read
    /// afterwards is at least as new.
    std::optional<store::Standing> standing();
    /// As settled_state(); absent for an anonymous visitor.
    std::optional<MessageState> settled_state();
    /// As messages::changed_ids(); for an anonymous visitor nothing has happened.
    std::variant<ChangedIds, ExpiredState>
    changed_ids(const MessageState& since, std::size_t limit);

private:
    Result<std::optional<MessageId>> keep(
        Level level, std::string_view message, const std::vector<std::string>& extra_tags
    ) override;
    /// Absent for an anonymous viewer.
    std::optional<store::MessageScope> scope() const;
    std::vector<Message> select_unread(sql::Connection& connection, MessageQuery query);
    bool any_unread(Condition where);
    void mark_ids(std::span<const MessageId> ids);
    void note_marked(std::int64_t marked);
    /// Messages in memory were shown.
    void count_queued_as_shown();
    /// Whether update() has something to delete.
    bool deletes_read() const;
    DjangoMessage django_message(Message message) const;
    std::vector<DjangoMessage> django_messages(std::vector<Message> messages) const;

    Viewer viewer_;
    std::string view_name_;
    std::vector<DjangoMessage> queued_;
    std::size_t queued_shown_ = 0; ///< so many of them, the first ones
    /// stored messages were shown, although others may be kept in memory
    bool stored_used_ = false;
    bool updated_ = false; ///< since they were shown
};

} // namespace drf_messages::messages
