// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"
#include "messages/database_access.hpp"
#include "store/message_store.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/level.hpp>
#include <drf_messages/viewer.hpp>

#include <span>
#include <string>
#include <string_view>

namespace drf_messages::messages {

/// The row of a message for the viewer's user and session; points to what it is given.
store::NewMessage message_row(
    const Viewer& viewer,
    std::string_view view,
    std::string_view message,
    Level level,
    Timestamp created,
    std::span<const std::string> extra_tags = {}
);

/// Leaves a message for the viewer's user and session, with its tags in one transaction. Refused:
/// what check_message() refuses; errc::not_found for a user who does not exist, or without one.
Result<MessageId> create_message(
    DatabaseAccess& database,
    const Viewer& viewer,
    std::string_view view,
    std::string_view message,
    Level level,
    std::span<const std::string> extra_tags = {}
);

} // namespace drf_messages::messages
