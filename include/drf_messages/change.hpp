// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/message_state.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace drf_messages {

/// What has happened to a message. The numbers stand in the database: do not change them.
enum class ChangeKind {
    created = 1,
    changed = 2, ///< read, edited, or its tags are others
    deleted = 3,
    /// The feed cannot say what: all messages of all users may be others.
    everything = 9,
};

/// A change that was committed, by this program, by Django or by hand.
struct Change {
    UserId user; ///< without meaning if the kind is `everything`
    /// the session that the message was left in
    std::optional<std::string> session_key;
    /// absent: several messages of the user
    std::optional<MessageId> message;
    ChangeKind kind = ChangeKind::everything;
    MessageState state; ///< right after it
};

/// Gets changes in the order of their states, each message once in a batch. A message that is
/// looked for and not found has been deleted since, whatever its kind.
using ChangeListener = std::function<void(std::span<const Change>)>;

/// Ends with its life: its listener is not called any more then. If a call is under way in another
/// thread, the end waits for it; it may also come from inside of the call itself. So who ends it
/// must not hold a lock that the listener waits for.
class DRF_MESSAGES_API Subscription {
public:
    Subscription() = default;
    explicit Subscription(std::shared_ptr<void> lease) : lease_(std::move(lease)) {}
    Subscription(Subscription&&) = default;
    Subscription& operator=(Subscription&&) = default;

private:
    std::shared_ptr<void> lease_;
};

} // namespace drf_messages
