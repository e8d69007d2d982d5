// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "messages/database_access.hpp"

#include <drf_messages/django_message.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::messages {

/// Messages handed to a reader, and the rows to mark when the reader is done.
struct Reading {
    std::vector<DjangoMessage> messages;
    /// their rows, in the same order; empty for messages without rows
    std::vector<MessageId> ids;
};

/// The messages of one request: Django's request._messages. Used by one thread.
/// - Django: django/contrib/messages/storage/base.py, BaseStorage.
class Storage {
public:
    /// - database: for its settings and log too; must live longer.
    explicit Storage(DatabaseAccess& database)
        : database_(database), settings_(database.settings()),
          message_level_(settings_.message_level) {}
    virtual ~Storage() = default;
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    /// Messages below this level are not kept. MESSAGE_LEVEL until it is set.
    Level level() const noexcept { return level_.value_or(message_level_); }
    void set_level(std::optional<Level> level) noexcept { level_ = level; }

    /// Whether messages were shown, so that update() removes them; an application may also set it.
    bool used = false;

    /// Leaves a message. Empty text and a level below level() are skipped without an error. Refuses
    /// invalid UTF-8 (errc::invalid_utf8) and whatever else the place of the messages cannot hold.
    /// Returns the row that the message is; absent where it is none, or was skipped.
    Result<std::optional<MessageId>>
    add(Level level, std::string_view message, const std::vector<std::string>& extra_tags = {});

    // ---- reading unread messages
    /// All waiting messages, for an iteration. Marks nothing.
    virtual Reading read() = 0;
    /// To call when the iteration is complete: marks exactly what it showed, and nothing that has
    /// arrived since.
    virtual void finish_reading(const Reading& reading) = 0;
    /// Python's storage[index], marked; absent beyond the last one. Stored messages cannot be
    /// indexed from the end: a negative index throws std::invalid_argument. Those in memory can.
    virtual std::optional<DjangoMessage> at(std::int64_t index) = 0;
    /// Python's storage[start:stop:step]; marks what it returns. A step of 0 throws
    /// std::invalid_argument, and so does a negative start or stop of stored messages.
    virtual std::vector<DjangoMessage> slice(
        std::optional<std::int64_t> start,
        std::optional<std::int64_t> stop,
        std::optional<std::int64_t> step
    ) = 0;
    virtual std::size_t size() = 0;
    virtual bool empty() = 0;
    virtual bool contains(std::string_view text) = 0;
    virtual bool contains(Level level) = 0;
    /// Compares level and text.
    virtual bool contains(const DjangoMessage& message) = 0;
    /// The texts, joined by ", "; marks their messages.
    virtual std::string str() = 0;
    /// As str(), but marks nothing.
    virtual std::string repr() = 0;
    /// The end of a `with` block: marks every waiting message, shown or not.
    virtual void mark_all_read() = 0;

    /// Call when database rows were marked as read without this storage, for example by a query
    /// set. Counts as use if the storage shows those rows; messages that wait elsewhere were not
    /// shown.
    virtual void rows_were_marked() {}

    /// The end of the request: removes what was shown and keeps the rest for the next one.
    /// - response: gets the cookie, if there is one; null when nothing is answered, so that a
    ///   cookie stays as it is.
    /// - returns the messages for which there was no room.
    virtual std::vector<DjangoMessage> update(http::Response* response) = 0;
    /// What is lost if the request ends now, and what would have kept it: a line for the log.
    /// Empty: nothing.
    virtual std::string lost_at_end() const = 0;

protected:
    DatabaseAccess& database() const noexcept { return database_; }
    const Settings& settings() const noexcept { return settings_; }

private:
    /// The part of add() for messages that are not skipped.
    virtual Result<std::optional<MessageId>>
    keep(Level level, std::string_view message, const std::vector<std::string>& extra_tags) = 0;

    DatabaseAccess& database_;
    const Settings& settings_;
    Level message_level_;
    std::optional<Level> level_;
};

/// At the end of a request: warns in the log if something is lost.
/// - view_name: of the request, or empty.
void log_losses(const Storage& storage, const DatabaseAccess& database, std::string_view view_name);

} // namespace drf_messages::messages
