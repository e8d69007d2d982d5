// SPDX-License-Identifier: MIT
#include "messages/message_changes.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace drf_messages::messages {
namespace {

/// Rounds of the sequencer that a request runs where others have left much to number. What is still
/// without a position afterwards comes with the next request.
constexpr int most_rounds = 8;

store::Standing standing_of(sql::Connection& connection, const UserId& user) {
    auto standing = store::standing(connection, user);
    if (!standing) {
        throw FeedMissing();
    }
    return *std::move(standing);
}

/// What a message has become, of two changes the later one: created and changed is created, and
/// whatever was deleted is that. A list may have shown it before its creation had a position.
ChangeKind folded(ChangeKind before, ChangeKind now) {
    const bool stays_new = before == ChangeKind::created && now == ChangeKind::changed;
    return stays_new ? before : now;
}

/// The list of `ids` in which a change of that kind stands.
std::vector<MessageId>& list_of(ChangedIds& ids, ChangeKind kind) {
    return kind == ChangeKind::created   ? ids.created
           : kind == ChangeKind::deleted ? ids.destroyed
                                         : ids.updated;
}

/// Takes rows as long as there is room for their messages.
class Folding {
public:
    explicit Folding(std::size_t limit) : limit_(limit) {}

    /// False where the row's message is one too many.
    bool take(const store::FeedRow& row) {
        const auto known = last_.find(*row.message);
        if (known == last_.end()) {
            if (last_.size() == limit_) {
                return false;
            }
            last_.emplace(*row.message, Last{row.kind, row.position});
        } else {
            known->second = {folded(known->second.kind, row.kind), row.position};
        }
        return true;
    }

    void write(ChangedIds& ids) const {
        std::vector<std::pair<std::int64_t, MessageId>> order;
        order.reserve(last_.size());
        for (const auto& [id, last] : last_) {
            order.emplace_back(last.position, id);
        }
        std::sort(order.begin(), order.end());
        for (const auto& [position, id] : order) {
            list_of(ids, last_.at(id).kind).push_back(id);
        }
    }

private:
    struct Last {
        ChangeKind kind;
        std::int64_t position;
    };

    std::size_t limit_;
    std::map<MessageId, Last> last_;
};

} // namespace

FeedMissing::FeedMissing() : Refused(errc::no_feed) {}

Answerable::Answer FeedMissing::answer() const noexcept {
    return unavailable("The feed of changes is not there.");
}

std::vector<MessageId> ChangedIds::living() const {
    std::vector<MessageId> ids = created;
    ids.insert(ids.end(), updated.begin(), updated.end());
    return ids;
}

void ChangedIds::sort_out(std::vector<Message> found, MessageChanges& changes) const {
    std::map<MessageId, Message*> by_id;
    for (Message& message : found) {
        by_id.emplace(message.id, &message);
    }
    changes.new_state = new_state;
    changes.has_more = has_more;
    changes.destroyed = destroyed;
    const auto distribute = [&](const std::vector<MessageId>& ids, std::vector<Message>& list) {
        for (const MessageId id : ids) {
            if (const auto message = by_id.find(id); message != by_id.end()) {
                list.push_back(std::move(*message->second));
            } else {
                changes.destroyed.push_back(id);
            }
        }
    };
    distribute(created, changes.created);
    distribute(updated, changes.updated);
}

MessageState settled_state(sql::Connection& connection, const UserId& user) {
    store::Standing standing = standing_of(connection, user);
    for (int round = 0; standing.pending && round < most_rounds; ++round) {
        store::number_changes(connection);
        standing = standing_of(connection, user);
    }
    return standing.state;
}

std::variant<ChangedIds, ExpiredState> changed_ids(
    sql::Connection& connection,
    const store::MessageScope& scope,
    const MessageState& since,
    std::size_t limit,
    std::size_t replay_limit
) {
    const MessageState now = settled_state(connection, scope.user);
    ChangedIds ids;
    ids.new_state = since;
    if (since == now) {
        return ids;
    }
    const auto rows = store::feed_of_user(connection, scope.user, since.position, replay_limit + 1);
    // Asked after the rows were read: what is still known now had all of its rows then.
    const auto info = store::feed_info(connection);
    const bool is_known = info && store::is_known(*info, connection, scope.user, since);
    const auto is_of_many = [](const store::FeedRow& row) { return !row.message; };
    if (!is_known || rows.size() > replay_limit ||
        std::any_of(rows.begin(), rows.end(), is_of_many)) {
        return ExpiredState{now};
    }
    Folding folding(limit);
    for (const store::FeedRow& row : rows) {
        if (store::is_in(scope, row) && !folding.take(row)) {
            ids.has_more = true;
            break;
        }
        ids.new_state.position = row.position;
    }
    folding.write(ids);
    return ids;
}

} // namespace drf_messages::messages
