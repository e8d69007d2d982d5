// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>
#include <drf_messages/export.hpp>
#include <drf_messages/field.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_changes.hpp>
#include <drf_messages/message_state.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace drf_messages::messages {
struct QuerySetState;
}

namespace drf_messages {

namespace detail {

/// What a field holds in a row: optional if it can be null.
template<class AnyField>
using Stored = std::conditional_t<
    AnyField::is_nullable && AnyField::field != Field::tag_text,
    std::optional<typename AnyField::value_type>,
    typename AnyField::value_type>;

template<class T>
T from_field_value(FieldValue value) {
    if constexpr (std::same_as<T, Level>) {
        return static_cast<Level>(std::get<std::int64_t>(value));
    } else if constexpr (std::same_as<T, MessageId>) {
        return MessageId{std::get<std::int64_t>(value)};
    } else if constexpr (std::same_as<T, UserId>) {
        const auto* number = std::get_if<std::int64_t>(&value);
        return number ? UserId{*number} : UserId{std::get<std::string>(std::move(value))};
    } else if constexpr (std::same_as<T, Timestamp> || std::same_as<T, std::string>) {
        return std::get<T>(std::move(value));
    } else {
        using Inner = typename T::value_type;
        return std::holds_alternative<std::monostate>(value)
                   ? T()
                   : T(from_field_value<Inner>(std::move(value)));
    }
}

} // namespace detail

/// A description of messages that are not yet read: Django's QuerySet. A value; each call returns a
/// new one and leaves this one as it is. The database is asked whenever something is read, and only
/// then.
///
/// Never contains a message twice, however many of its tags match, so there is no distinct().
/// Conditions on tags in one filter() apply to the same tag; those of several calls may each apply
/// to a different one. exclude() removes messages with such tags, and each of its conditions may
/// apply to any tag.
///
/// Newest first unless order_by() says otherwise; equal ones by rising id.
///
/// Throws DatabaseError when the database fails, and std::logic_error once the request, transaction
/// or site that it comes from has ended. Used by one thread at a time.
/// - Django: drf_messages/models.py, MessageQuerySet; django/db/models/query.py.
class DRF_MESSAGES_API MessageQuerySet {
public:
    class Iterator;
    class Batches;

    // ---- which messages
    /// Those that also meet `condition`. Throws std::logic_error after a slice, and
    /// std::length_error when all conditions together compare with more than 10 000 values.
    MessageQuerySet filter(Condition condition) const;
    /// Those that do not meet `condition`. Throws as filter() does.
    MessageQuerySet exclude(Condition condition) const;
    MessageQuerySet none() const;
    MessageQuerySet all() const { return *this; }

    /// In this order; without any, by id. Throws std::logic_error after a slice.
    MessageQuerySet order_by(std::vector<OrderBy> order) const;
    template<std::same_as<OrderBy>... Rest>
    MessageQuerySet order_by(OrderBy first, Rest... rest) const {
        return order_by(std::vector<OrderBy>{first, rest...});
    }
    MessageQuerySet order_by() const { return order_by(std::vector<OrderBy>()); }
    /// The same messages from the other end. Throws std::logic_error after a slice.
    MessageQuerySet reverse() const;

    /// Python's set[start:stop], also of a slice. Throws std::invalid_argument for negative
    /// numbers.
    MessageQuerySet
    slice(std::int64_t start, std::optional<std::int64_t> stop = std::nullopt) const;
    /// The first `count` of them.
    MessageQuerySet limit(std::int64_t count) const { return slice(0, count); }

    // ---- reading; none of it marks as read
    std::vector<Message> list() const;
    /// Fetches all of them; each begin() fetches again.
    Iterator begin() const;
    std::default_sentinel_t end() const noexcept { return {}; }
    /// All of them, at most `size` in memory at once, as
    /// `for (std::vector<Message>& batch : set.batches(500))`. Each batch begins after the last
    /// message of the previous one, in the set's order. In a set ordered by id or created, which
    /// never change, a message that matches all the time comes exactly once, whatever others write,
    /// and a batch may be marked or deleted before the next one. In a set ordered by other fields,
    /// a message may be missed or come again if those fields are changed meanwhile. Throws
    /// std::invalid_argument for a size of 0.
    Batches batches(std::size_t size) const;
    /// Python's set[index]. Throws std::out_of_range beyond the last one.
    Message operator[](std::int64_t index) const;
    std::optional<Message> first() const;
    /// Throws std::logic_error after a slice.
    std::optional<Message> last() const;
    /// Absent when there is no such message, or it is not in this set. Throws std::logic_error
    /// after a slice.
    std::optional<Message> get(MessageId id) const;

    std::int64_t count() const;
    bool exists() const;

    // ---- the feed of changes
    /// What has happened to the messages of a request since a state, from with_context(). Absent
    /// when the feed cannot tell: read Request::messages_state(), list all messages, and go on from
    /// that state. Numbers first what was committed and has no position yet.
    /// - limit: of the messages, 1 to most_changes; has_more says that there are others.
    /// - throws std::logic_error for a set that was filtered or sliced, for everybody's messages,
    ///   and in a transaction, which others do not see yet; Refused with errc::no_feed without a
    ///   feed.
    std::optional<MessageChanges>
    changes(const MessageState& since, std::size_t limit = usual_changes) const;

    // ---- aggregates
    /// The greatest value; absent where there is none.
    template<class AnyField>
    requires(AnyField::is_ordered
    ) std::optional<typename AnyField::value_type> max(AnyField /*field*/)
    const {
        return detail::from_field_value<std::optional<typename AnyField::value_type>>(
            extreme("MAX", AnyField::field)
        );
    }
    template<class AnyField>
    requires(AnyField::is_ordered
    ) std::optional<typename AnyField::value_type> min(AnyField /*field*/)
    const {
        return detail::from_field_value<std::optional<typename AnyField::value_type>>(
            extreme("MIN", AnyField::field)
        );
    }
    /// Absent if there are no messages.
    template<class AnyField>
    requires(std::same_as<typename AnyField::value_type, Level>)
        std::optional<std::int64_t> sum(AnyField /*field*/)
    const { return level_sum().first; }
    template<class AnyField>
    requires(std::same_as<typename AnyField::value_type, Level>)
        std::optional<double> avg(AnyField /*field*/)
    const {
        const auto [sum, count] = level_sum();
        return sum ? std::optional(static_cast<double>(*sum) / static_cast<double>(count))
                   : std::nullopt;
    }
    /// How many messages there are with each value that occurs; for tags, how many messages have
    /// each of them.
    template<class AnyField>
    requires(AnyField::field != Field::id)
        std::map<detail::Stored<AnyField>, std::int64_t> count_by(AnyField /*field*/)
    const {
        std::map<detail::Stored<AnyField>, std::int64_t> counts;
        for (auto& [value, count] : count_each(AnyField::field)) {
            counts[detail::from_field_value<detail::Stored<AnyField>>(std::move(value))] += count;
        }
        return counts;
    }

    // ---- changing
    /// Marks those that are unread, with one statement, and returns how many. If there were any,
    /// the storage of the request counts as used. Throws std::logic_error after a slice.
    std::int64_t mark_read() const;
    /// Makes those that were read unread again, with one statement, and returns how many. Throws
    /// std::logic_error after a slice.
    std::int64_t mark_unread() const;
    /// Deletes all of them with their tags in one transaction, and returns the number of messages.
    /// Throws std::logic_error after a slice.
    /// - Django: QuerySet.delete
    std::int64_t remove() const;

    /// For the library itself.
    explicit MessageQuerySet(std::shared_ptr<const messages::QuerySetState> state);
    const messages::QuerySetState& state() const noexcept { return *state_; }

private:
    FieldValue extreme(const char* function, Field field) const;
    std::pair<std::optional<std::int64_t>, std::int64_t> level_sum() const;
    std::vector<std::pair<FieldValue, std::int64_t>> count_each(Field field) const;

    std::shared_ptr<const messages::QuerySetState> state_;
};

/// Over the messages that one begin() has fetched; copies share them.
class MessageQuerySet::Iterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Message;
    using difference_type = std::ptrdiff_t;
    using pointer = Message*;
    using reference = Message&;

    Iterator() = default;
    explicit Iterator(std::vector<Message> messages)
        : messages_(std::make_shared<std::vector<Message>>(std::move(messages))) {}

    reference operator*() const { return (*messages_)[position_]; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
        ++position_;
        return *this;
    }
    Iterator operator++(int) {
        Iterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const Iterator& other) const = default;
    bool operator==(std::default_sentinel_t /*end*/) const noexcept {
        return !messages_ || position_ == messages_->size();
    }

private:
    std::shared_ptr<std::vector<Message>> messages_;
    std::size_t position_ = 0;
};

/// One pass over a query set, batch by batch.
class DRF_MESSAGES_API MessageQuerySet::Batches {
public:
    /// Only goes forward; a batch is read when it is reached.
    class DRF_MESSAGES_API Iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using value_type = std::vector<Message>;
        using difference_type = std::ptrdiff_t;

        std::vector<Message>& operator*() const;
        std::vector<Message>* operator->() const { return &**this; }
        Iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t /*end*/) const noexcept;

    private:
        friend class Batches;
        struct Pass;
        explicit Iterator(std::shared_ptr<Pass> pass);
        std::shared_ptr<Pass> pass_;
    };

    Iterator begin() const;
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    friend class MessageQuerySet;
    Batches(std::shared_ptr<const messages::QuerySetState> state, std::size_t size);

    std::shared_ptr<const messages::QuerySetState> state_;
    std::size_t size_;
};

} // namespace drf_messages
