// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "messages/request_state.hpp"
#include "model/message_query.hpp"
#include "store/message_store.hpp"

#include <drf_messages/message_query_set.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace drf_messages::messages {

/// Whose messages a query set contains.
struct QuerySetScope {
    /// absent: nobody's, as for an anonymous visitor
    std::optional<store::MessageScope> rows;
    /// whose storage counts as used when messages are marked; null: no request
    std::shared_ptr<RequestState> request;
};

/// All messages of the scope, newest first.
MessageQuerySet make_query_set(std::shared_ptr<DatabaseAccess> database, QuerySetScope scope);

/// The messages that a request may see: MessageManager.with_context.
MessageQuerySet query_set_of(const std::shared_ptr<RequestState>& request);

/// What the set asks for, and the same set with a different question.
const MessageQuery& query_of(const MessageQuerySet& set);
MessageQuerySet with_query(const MessageQuerySet& set, MessageQuery query);

/// Marks the unread of messages that the set has shown, and returns how many; whatever else the set
/// asks for.
std::int64_t mark(const MessageQuerySet& set, std::span<const Message> shown);

/// The ids of those that nobody has read.
std::vector<MessageId> unread_ids(std::span<const Message> messages);

} // namespace drf_messages::messages
