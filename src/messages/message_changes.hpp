// SPDX-License-Identifier: MIT
#pragma once

#include "base/answerable.hpp"
#include "store/feed.hpp"
#include "store/message_store.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/message_changes.hpp>
#include <drf_messages/message_state.hpp>

#include <cstddef>
#include <variant>
#include <vector>

namespace drf_messages::messages {

/// The database has no feed of changes: `drf-messages live on` makes it.
class FeedMissing final : public Refused, public Answerable {
public:
    FeedMissing();
    Answer answer() const noexcept override;
};

/// Which messages were changed, before anybody has looked at them.
struct ChangedIds {
    MessageState new_state;
    bool has_more = false;
    /// in the order of their last change
    std::vector<MessageId> created{}, updated{}, destroyed{};

    /// Those to look at: created and updated.
    std::vector<MessageId> living() const;
    /// Gives each message that was found its list. Who was not found is destroyed by now.
    void sort_out(std::vector<Message> found, MessageChanges& changes) const;
};

/// The feed cannot tell what has happened since then; `now` is a state that it knows.
struct ExpiredState {
    MessageState now;
};

/// Where the user stands, once what has been committed has its positions. Run it outside of
/// transactions.
/// - throws FeedMissing.
MessageState settled_state(sql::Connection& connection, const UserId& user);

/// What has happened since a state to messages of the scope: of one user, and with by_session of
/// one session. Run it outside of transactions. Read the messages afterwards: then each is at least
/// as new as `new_state`.
/// - limit: of the ids, at least 1.
/// - replay_limit: of the rows of the feed; with more of them the state is expired.
/// - throws FeedMissing.
std::variant<ChangedIds, ExpiredState> changed_ids(
    sql::Connection& connection,
    const store::MessageScope& scope,
    const MessageState& since,
    std::size_t limit,
    std::size_t replay_limit
);

} // namespace drf_messages::messages
