// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/django_message.hpp>
#include <drf_messages/export.hpp>
#include <drf_messages/extra_tags.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/message_query_set.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::messages {
struct RequestState;
class Storage;
} // namespace drf_messages::messages

namespace drf_messages {

struct Message;

/// The messages of one request as a collection: Django's get_messages(request). A handle; copies
/// refer to the same storage. It shows unread messages, newest first, and marks what it showed:
/// range-for when it reaches its end; `[]`, slice() and str() at once. size(), empty(), contains()
/// and repr() mark nothing.
/// - throws std::logic_error once the request has ended, DatabaseError when the database fails.
/// - For a request without storage (no MessageMiddleware) it is empty and keeps nothing.
class DRF_MESSAGES_API MessageStorage {
public:
    /// One pass over the messages that were unread when begin() was called. Reaching the end marks
    /// them; leaving earlier does not, as in Django.
    class DRF_MESSAGES_API Iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using value_type = DjangoMessage;
        using difference_type = std::ptrdiff_t;

        const DjangoMessage& operator*() const;
        const DjangoMessage* operator->() const { return &**this; }
        Iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t /*end*/) const noexcept;

    private:
        friend class MessageStorage;
        struct Pass;
        explicit Iterator(std::shared_ptr<Pass> pass);
        std::shared_ptr<Pass> pass_;
    };

    /// Marks every unread message of the request as read when it goes out of scope, in whatever
    /// way: `with get_messages(request) as storage`. A failure there goes to the log; close()
    /// throws it.
    class DRF_MESSAGES_API MarkReadScope {
    public:
        explicit MarkReadScope(std::shared_ptr<messages::RequestState> state);
        ~MarkReadScope();
        MarkReadScope(MarkReadScope&&) noexcept = default;
        MarkReadScope& operator=(MarkReadScope&&) = delete;

        /// Marks now, and not again.
        void close();

    private:
        std::shared_ptr<messages::RequestState> state_;
    };

    explicit MessageStorage(std::shared_ptr<messages::RequestState> state);

    Iterator begin() const;
    std::default_sentinel_t end() const noexcept { return {}; }

    /// Python's storage[index]. Throws std::out_of_range beyond the last message, and
    /// std::invalid_argument for a negative index of stored messages.
    DjangoMessage operator[](std::int64_t index) const;
    /// Python's storage[start:stop:step]. Throws std::invalid_argument for a step of 0, and for a
    /// negative start or stop of stored messages.
    std::vector<DjangoMessage> slice(
        std::optional<std::int64_t> start,
        std::optional<std::int64_t> stop,
        std::optional<std::int64_t> step = std::nullopt
    ) const;

    std::size_t size() const;
    bool empty() const;
    explicit operator bool() const { return !empty(); }

    bool contains(std::string_view text) const;
    bool contains(const char* text) const { return contains(std::string_view(text)); }
    bool contains(Level level) const;
    /// Compares level and text.
    bool contains(const DjangoMessage& message) const;
    bool contains(const Message& message) const;

    /// The texts, joined by ", "; marks their messages.
    std::string str() const;
    /// As str(), but marks nothing.
    std::string repr() const;

    /// Messages below this level are not kept; MESSAGE_LEVEL unless the request has its own.
    Level level() const;
    /// Absent: MESSAGE_LEVEL again.
    void set_level(std::optional<Level> level) const;
    /// Whether messages were shown: only then does update() delete, or forget those of cookie and
    /// session.
    bool used() const;
    void set_used(bool used) const;

    /// Leaves a message; empty text and a level below level() are skipped with a debug log line.
    /// Throws Refused for text, tags or a view name that are too long or not UTF-8.
    void add(Level level, std::string_view message, const ExtraTags& extra_tags = {}) const;

    /// All stored messages of the request's user, whichever storage the request has; with
    /// MESSAGES_USE_SESSIONS and a session, those of the session. None for an anonymous visitor.
    MessageQuerySet get_queryset() const;
    MessageQuerySet get_unread_queryset() const;
    [[nodiscard]] MarkReadScope mark_read_on_exit() const;

    /// Ends the request, in one transaction: what Middleware does when the response is ready.
    /// Django: BaseStorage.update.
    void update(http::Response& response) const;

private:
    messages::Storage* storage() const;

    std::shared_ptr<messages::RequestState> state_;
};

/// As str(): marks what it writes.
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const MessageStorage& storage);

} // namespace drf_messages
