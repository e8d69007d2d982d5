// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "model/message_query.hpp"
#include "sql/connection.hpp"
#include "store/message_store.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/log.hpp>
#include <drf_messages/django_message.hpp>
#include <drf_messages/settings.hpp>
#include <drf_messages/viewer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::messages {

/// The messages of one request: Django's request._messages with drf_messages.storage.DBStorage.
/// Without a user (or, with MESSAGES_USE_SESSIONS, without a session) it keeps messages in memory
/// for this request. Marking is exact: only messages that a call returned are marked, never one
/// that arrived meanwhile.
class DBStorage {
public:
    /// - connection: called when the database is first needed.
    DBStorage(
        const Settings& settings,
        Viewer viewer,
        std::string view_name,
        Clock clock,
        LogSink log,
        std::function<sql::Connection&()> connection
    );

    /// Whose messages these are, when authentication decides later than the middleware (token,
    /// basic).
    void set_viewer(Viewer viewer);
    const Viewer& viewer() const noexcept { return viewer_; }
    /// Whether messages are kept in memory only.
    bool fallback() const;

    Level level() const noexcept { return level_.value_or(settings_.message_level); }
    void set_level(std::optional<Level> level) noexcept { level_ = level; }

    /// Whether messages were shown. Only then update() deletes; an application may set it too.
    bool used = false;

    /// Leaves a message; empty text and a level below level() are skipped with a debug log line.
    Result<void>
    add(Level level, std::string_view message, const std::vector<std::string>& extra_tags = {});

    // ---- reading, all of it of unread messages
    /// Every unread message, newest first; marks them.
    std::vector<DjangoMessage> read_all();
    /// Python's storage[index], marked; absent beyond the last one.
    /// Stored messages do not count from the end: a negative index throws std::invalid_argument.
    /// Those in memory do.
    std::optional<DjangoMessage> at(std::int64_t index);
    /// Python's storage[start:stop:step]; marks what it returns. A step of 0 throws
    /// std::invalid_argument, and so does a negative start or stop of stored messages.
    std::vector<DjangoMessage> slice(
        std::optional<std::int64_t> start,
        std::optional<std::int64_t> stop,
        std::optional<std::int64_t> step
    );
    std::size_t size();
    bool empty();
    bool contains(std::string_view text);
    bool contains(Level level);
    bool contains(const DjangoMessage& message);
    /// The texts, joined by ", "; marks them.
    std::string str();
    /// As str(), but marks nothing.
    std::string repr();
    /// Marks every unread message that `where` selects, shown or not (the end of a `with` block),
    /// and returns how many.
    std::int64_t mark_read(const Condition& where = {});

    // ---- what the REST views do
    /// How many messages `where` selects, read ones included.
    std::int64_t count(const MessageQuery& query);
    /// The messages that the query selects. With `mark` the unread among them, and no other, are
    /// marked as read at once; the result still shows them as they were.
    /// - mark_at_most: only the first so many of them; a page may look one message further without
    ///   marking it.
    std::vector<Message> fetch(
        const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most = std::nullopt
    );
    /// One message, which `where` must select too.
    std::optional<Message> fetch_one(MessageId id, const Condition& where, bool mark);
    UnreadSummary summarize_unread();
    /// Deletes one message that `where` selects. errc::not_found; errc::unread_not_deletable unless
    /// `allow_unread`. Check and deletion are one transaction.
    Result<void> remove(MessageId id, const Condition& where, bool allow_unread);

    /// End of the request, in one transaction: with MESSAGES_DELETE_READ and after use, deletes the
    /// viewer's read messages.
    void update();

private:
    /// Absent for an anonymous viewer.
    std::optional<store::MessageScope> scope() const;
    std::vector<Message> select_unread(MessageQuery query);
    bool any_unread(Condition where);
    void mark_shown(const store::MessageScope& scope, std::span<const Message> shown);
    void log(LogLevel level, std::string_view line) const;

    const Settings& settings_;
    Viewer viewer_;
    std::string view_name_;
    Clock clock_;
    LogSink log_;
    std::function<sql::Connection&()> connection_;
    std::optional<Level> level_;
    std::vector<DjangoMessage> queued_;
    /// stored messages were shown, although others may be kept in memory
    bool stored_used_ = false;
};

} // namespace drf_messages::messages
