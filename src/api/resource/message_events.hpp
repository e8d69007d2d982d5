// SPDX-License-Identifier: MIT
#pragma once

#include "live/stream_counts.hpp"
#include "store/feed.hpp"
#include "store/message_store.hpp"

#include <drf_messages/level.hpp>
#include <drf_messages/message_state.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace drf_messages::api {

/// A message as a viewer is shown it now.
struct ShownMessage {
    std::string json;
    Level level = 0;
};

/// What a viewer sees of what has changed. A message that is not there has been deleted since, or
/// is none of the viewer's.
struct ShownChanges {
    std::map<MessageId, ShownMessage> messages;
    std::string summary; ///< `{"count":…}`, as peek answers
};

/// Whether a viewer may hear of the row.
bool is_in(const store::MessageScope& scope, const store::FeedRow& row);

/// The rows of one user as events, a message once. An event's id is the state that a client which
/// has got it may go on from: events whose messages have changed again behind it have none.
/// - rows: in their order, each with a message.
/// - least_level: of created ones; lower ones are left out.
std::string message_events(
    std::span<const store::FeedRow> rows,
    const std::string& epoch,
    const ShownChanges& shown,
    std::optional<Level> least_level,
    live::StreamCounts& counts
);

/// An event with nothing but the summary.
std::string summary_event(
    const MessageState& state, live::StreamCounts::Event event, const std::string& summary
);

} // namespace drf_messages::api
