// SPDX-License-Identifier: MIT
#pragma once

#include "admin/page.hpp"
#include "admin/selection.hpp"
#include "sql/connection.hpp"
#include "store/admin_log.hpp"

#include <drf_messages/condition.hpp>
#include <drf_messages/ids.hpp>
#include <drf_messages/time.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace drf_messages::admin {

/// What an action does with many messages.
struct BulkChange {
    store::AdminAction logged = store::AdminAction::change;
    std::string_view log_message;
    std::int64_t (*run
    )(sql::Connection& connection, std::span<const MessageId> messages, Timestamp now);
};

/// How long a change may take.
struct BulkLimits {
    /// How many messages one transaction changes at once where that is all.
    int whole = 1'000;
    /// Where there are more, a transaction is to take about that long: it keeps everybody else from
    /// writing into SQLite.
    std::chrono::milliseconds transaction{40};
    /// One request. Behind it somebody waits, and a proxy that does not wait forever.
    std::chrono::milliseconds request{3'000};
};

/// Changes the messages, in transactions of their own with the entries of the log, until all is
/// done or the time is over: selection.is_done() says which.
/// - Throws MatchingTookTooLong where expressions use up their time before anything is found; what
///   they find until then is changed.
/// - changed: how many earlier requests have changed. Returns how many there are with them.
/// - notify: called with that in the transaction of the last of them.
std::int64_t run_bulk_change(
    Page& page,
    const BulkChange& change,
    Selection& selection,
    std::int64_t changed,
    const std::function<void(std::int64_t changed)>& notify,
    const BulkLimits& limits = {}
);

} // namespace drf_messages::admin
