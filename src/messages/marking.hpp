// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "messages/database_access.hpp"
#include "store/message_store.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/message_query_set.hpp>
#include <drf_messages/message_state.hpp>

#include <optional>
#include <vector>

namespace drf_messages::messages {

/// Which messages are to be read, or unread again, of those that a condition selects.
struct Marking {
    bool read = true; ///< false: unread
    /// None but these; absent: all.
    std::optional<std::vector<MessageId>> ids = {};
    /// None that were created behind that state, which whoever listed the messages has not seen.
    std::optional<MessageState> up_to = {};
};

/// Marks them in one transaction, and returns those that were otherwise before, by rising id.
/// - errc::no_feed: there is none, so nothing is known of `up_to`; or the messages are everybody's.
/// - errc::state_expired: the feed cannot tell what has happened since `up_to`.
/// - throws std::logic_error for `up_to` in a transaction, whose own messages have no state yet.
Result<std::vector<MessageId>> mark(
    DatabaseAccess& database,
    const store::MessageScope& scope,
    const Condition& where,
    const Marking& marking
);
/// The same for the messages of a set that is no slice; nobody's has none. Who is marked as read
/// counts as shown.
Result<std::vector<MessageId>> mark(const MessageQuerySet& set, const Marking& marking);

} // namespace drf_messages::messages
