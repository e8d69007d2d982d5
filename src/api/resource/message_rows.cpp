// SPDX-License-Identifier: MIT
#include "api/resource/message_rows.hpp"

#include "messages/query_set_factory.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

Condition has_id(MessageId id) {
    return Condition::compare(Field::id, Lookup::exact, id.value);
}

Condition is_read(bool read) {
    return Condition::compare(Field::read_at, Lookup::isnull, !read);
}

Condition both(Condition first, Condition second) {
    std::vector<Condition> operands;
    operands.push_back(std::move(first));
    operands.push_back(std::move(second));
    return Condition::all_of(std::move(operands));
}

[[noreturn]] void refuse_slice() {
    throw std::logic_error("a slice of messages can be listed, not searched or ordered");
}

} // namespace

messages::DBStorage& storage_of(ApiRequest& request) {
    if (!request.http.messages) {
        throw std::logic_error(
            "the messages endpoints need django.contrib.messages.middleware.MessageMiddleware"
        );
    }
    return *request.http.messages;
}

MessageQuerySet QuerySetRows::where(Condition condition) const {
    MessageQuery query;
    query.where = std::move(condition);
    return messages::with_query(set_, std::move(query));
}

std::int64_t QuerySetRows::count(const MessageQuery& query) {
    return where(query.where).count();
}

std::vector<Message>
QuerySetRows::fetch(const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most) {
    auto messages = messages::with_query(set_, query).list();
    if (mark) {
        const std::span<const Message> found = messages;
        this->mark(found.first(std::min(found.size(), mark_at_most.value_or(found.size()))));
    }
    return messages;
}

std::optional<Message>
QuerySetRows::fetch_one(MessageId id, const Condition& condition, bool mark) {
    auto message = where(both(condition, has_id(id))).first();
    if (message && mark) {
        this->mark(std::span(&*message, 1));
        storage_.used = true;
    }
    return message;
}

void QuerySetRows::mark(std::span<const Message> shown) {
    if (messages::mark(set_, shown) > 0) {
        storage_.used = true;
    }
}

Result<std::vector<MessageId>>
QuerySetRows::mark(const Condition& condition, const messages::Marking& marking) {
    auto marked = messages::mark(where(condition), marking);
    if (marking.read && marked.has_value() && !marked->empty()) {
        storage_.rows_were_marked();
    }
    return marked;
}

std::map<Level, std::int64_t> QuerySetRows::count_unread(const Condition& condition) {
    return where(both(condition, is_read(false))).count_by(field::level);
}

Result<void> QuerySetRows::remove(MessageId id, const Condition& condition, bool allow_unread) {
    const auto one = both(condition, has_id(id));
    // The condition makes check and deletion one step.
    if (where(allow_unread ? one : both(one, is_read(true))).remove() > 0) {
        return {};
    }
    return !allow_unread && where(one).exists() ? errc::unread_not_deletable : errc::not_found;
}

std::int64_t SlicedRows::count(const MessageQuery& query) {
    const auto behind = rows_.count(query) - static_cast<std::int64_t>(slice_.offset);
    const auto found = std::max<std::int64_t>(behind, 0);
    return slice_.limit ? std::min(found, static_cast<std::int64_t>(*slice_.limit)) : found;
}

std::vector<Message>
SlicedRows::fetch(const MessageQuery& query, bool mark, std::optional<std::size_t> mark_at_most) {
    const auto same = [](const OrderBy& a, const OrderBy& b) {
        return a.field == b.field && a.descending == b.descending;
    };
    if (query.beyond || !query.behind.empty() ||
        !std::equal(
            query.order.begin(), query.order.end(), slice_.order.begin(), slice_.order.end(), same
        )) {
        refuse_slice();
    }
    MessageQuery page = query;
    page.offset += slice_.offset;
    if (slice_.limit) {
        const auto left = *slice_.limit - std::min(*slice_.limit, query.offset);
        page.limit = std::min(query.limit.value_or(left), left);
    }
    return rows_.fetch(page, mark, mark_at_most);
}

Result<std::vector<MessageId>> SlicedRows::mark(const Condition&, const messages::Marking&) {
    refuse_slice();
}

std::map<Level, std::int64_t> SlicedRows::count_unread(const Condition&) {
    refuse_slice();
}

std::optional<Message> SlicedRows::fetch_one(MessageId, const Condition&, bool) {
    refuse_slice();
}

Result<void> SlicedRows::remove(MessageId, const Condition&, bool) {
    refuse_slice();
}

} // namespace drf_messages::api
