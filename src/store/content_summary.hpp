// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <cstdint>
#include <optional>

namespace drf_messages::store {

/// What a database holds, as people tell one from another.
struct ContentSummary {
    std::int64_t users = 0;
    std::int64_t messages = 0;
    std::optional<Timestamp> newest; ///< of the messages
};

/// Counts rows. Throws sql::Error, kind `schema`, where there are no tables of ours.
ContentSummary summarize_content(sql::Connection& connection, const Settings& settings);

} // namespace drf_messages::store
