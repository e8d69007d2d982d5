// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "base/result.hpp"
#include "messages/db_storage.hpp"
#include "messages/marking.hpp"
#include "model/message_query.hpp"

#include <drf_messages/message.hpp>
#include <drf_messages/message_query_set.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace drf_messages::api {

/// The request's storage, in which its visitor's messages are. Throws std::logic_error without
/// MessageMiddleware.
messages::DBStorage& storage_of(ApiRequest& request);

/// The messages that a view is about, as list, retrieve, destroy and peek reach them.
class MessageRows {
public:
    virtual ~MessageRows() = default;

    /// Ignores order, limit and where the query begins.
    virtual std::int64_t count(const MessageQuery& query) = 0;
    /// With `mark` the unread of the first `mark_at_most` are marked at once; the result still
    /// shows them as they were.
    virtual std::vector<Message>
    fetch(const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most) = 0;
    virtual std::optional<Message> fetch_one(MessageId id, const Condition& where, bool mark) = 0;
    /// Marks the unread of messages that were fetched before.
    virtual void mark(std::span<const Message> shown) = 0;
    /// As messages::mark(), of those that `where` selects.
    virtual Result<std::vector<MessageId>>
    mark(const Condition& where, const messages::Marking& marking) = 0;
    /// How many unread messages of each level `where` selects, by rising level.
    virtual std::map<Level, std::int64_t> count_unread(const Condition& where) = 0;
    /// errc::not_found; errc::unread_not_deletable unless `allow_unread`.
    virtual Result<void> remove(MessageId id, const Condition& where, bool allow_unread) = 0;
};

/// Those of the request's visitor.
class StorageRows final : public MessageRows {
public:
    explicit StorageRows(messages::DBStorage& storage) noexcept : storage_(storage) {}

    std::int64_t count(const MessageQuery& query) override { return storage_.count(query); }
    std::vector<Message>
    fetch(const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most) override {
        return storage_.fetch(query, mark, mark_at_most);
    }
    std::optional<Message> fetch_one(MessageId id, const Condition& where, bool mark) override {
        return storage_.fetch_one(id, where, mark);
    }
    void mark(std::span<const Message> shown) override { storage_.mark(shown); }
    Result<std::vector<MessageId>>
    mark(const Condition& where, const messages::Marking& marking) override {
        return storage_.mark(where, marking);
    }
    std::map<Level, std::int64_t> count_unread(const Condition& where) override {
        return storage_.count_unread(where);
    }
    Result<void> remove(MessageId id, const Condition& where, bool allow_unread) override {
        return storage_.remove(id, where, allow_unread);
    }

private:
    messages::DBStorage& storage_;
};

/// Whatever an application's own get_queryset() chose.
class QuerySetRows final : public MessageRows {
public:
    /// - storage: counts as used when messages are marked.
    QuerySetRows(MessageQuerySet set, messages::DBStorage& storage) noexcept
        : set_(std::move(set)), storage_(storage) {}

    std::int64_t count(const MessageQuery& query) override;
    std::vector<Message>
    fetch(const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most) override;
    std::optional<Message> fetch_one(MessageId id, const Condition& where, bool mark) override;
    void mark(std::span<const Message> shown) override;
    Result<std::vector<MessageId>>
    mark(const Condition& where, const messages::Marking& marking) override;
    std::map<Level, std::int64_t> count_unread(const Condition& where) override;
    Result<void> remove(MessageId id, const Condition& where, bool allow_unread) override;

private:
    MessageQuerySet where(Condition condition) const;

    MessageQuerySet set_;
    messages::DBStorage& storage_;
};

/// The rows of a set that begins and ends where an application has sliced it.
class SlicedRows final : public MessageRows {
public:
    /// - slice: the query of the slice.
    SlicedRows(MessageRows& rows, const MessageQuery& slice) noexcept
        : rows_(rows), slice_(slice) {}

    std::int64_t count(const MessageQuery& query) override;
    /// Throws std::logic_error for another order, or a place to begin: a slice has neither.
    std::vector<Message>
    fetch(const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most) override;
    /// These throw std::logic_error: no message can be looked for in a slice.
    std::optional<Message> fetch_one(MessageId id, const Condition& where, bool mark) override;
    Result<void> remove(MessageId id, const Condition& where, bool allow_unread) override;
    void mark(std::span<const Message> shown) override { rows_.mark(shown); }
    Result<std::vector<MessageId>>
    mark(const Condition& where, const messages::Marking& marking) override;
    std::map<Level, std::int64_t> count_unread(const Condition& where) override;

private:
    MessageRows& rows_;
    const MessageQuery& slice_;
};

} // namespace drf_messages::api
