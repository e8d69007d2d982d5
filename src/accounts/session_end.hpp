// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"

#include <optional>
#include <string_view>

namespace drf_messages::accounts {

/// Deletes the messages of a session that is not in django_session, or moves them to `successor`:
/// for the engines to whose sessions no foreign key leads. One transaction.
void end_session_in_messages(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
);

} // namespace drf_messages::accounts
