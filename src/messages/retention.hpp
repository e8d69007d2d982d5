// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"

#include <drf_messages/time.hpp>

#include <cstdint>
#include <functional>

namespace drf_messages::messages {

/// Which messages are no longer kept, whoever's they are: those created before a moment, all of
/// them or only the read ones.
struct Retention {
    Timestamp created_before;
    bool only_read = false;
};

std::int64_t count_old_messages(DatabaseAccess& database, const Retention& retention);

/// Deletes them with their tags, oldest first, and returns how many went. Each batch is a
/// transaction of its own, so that a running server is not held up, and what is deleted stays so
/// when a later one fails.
/// - batch: at most so many messages in one transaction.
/// - progress: called after each batch with how many have gone so far.
std::int64_t delete_old_messages(
    DatabaseAccess& database,
    const Retention& retention,
    std::int64_t batch,
    const std::function<void(std::int64_t)>& progress = [](std::int64_t) {}
);

} // namespace drf_messages::messages
