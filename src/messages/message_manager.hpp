// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "sql/connection.hpp"

#include <drf_messages/clock.hpp>
#include <drf_messages/message.hpp>
#include <drf_messages/viewer.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::messages {

/// Refuses what no database of ours may store: too long, invalid UTF-8, a NUL. Success carries
/// nothing.
Result<void> check_message(
    std::string_view message, std::string_view view, std::span<const std::string> extra_tags
);

/// Creates messages, each with its tags in one transaction.
/// - Django: drf_messages/models.py, MessageManager.
class MessageManager {
public:
    MessageManager(sql::Connection& connection, Clock clock)
        : connection_(connection), clock_(std::move(clock)) {}

    /// Leaves a message for the viewer's user and session. `viewer.user` must be present.
    Result<MessageId> create_message(
        const Viewer& viewer,
        std::string_view view,
        std::string_view message,
        Level level,
        std::span<const std::string> extra_tags = {}
    );

    /// Leaves a message for a user, bound to no session.
    Result<MessageId> create_user_message(
        const UserId& user,
        std::string_view message,
        Level level,
        std::span<const std::string> extra_tags = {}
    );

private:
    sql::Connection& connection_;
    Clock clock_;
};

} // namespace drf_messages::messages
