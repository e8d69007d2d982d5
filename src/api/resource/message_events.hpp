// SPDX-License-Identifier: MIT
#pragma once

#include "live/stream_counts.hpp"
#include "store/feed.hpp"

#include <drf_messages/level.hpp>
#include <drf_messages/message_state.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
    bool ids_as_text = false;
};

struct MessageEvent {
    live::StreamCounts::Event event;
    /// The state that a client which has got it may go on from; absent where messages that were
    /// told before it change again behind it.
    std::optional<MessageState> state;
    std::string data; ///< an object with the summary's members at its end
};

/// The rows of one user as events, a message once.
/// - rows: in their order, each with a message.
/// - least_level: of created ones; lower ones are left out, but for the summary, which comes alone
///   where nothing else does.
std::vector<MessageEvent> message_events(
    std::span<const store::FeedRow> rows,
    const std::string& epoch,
    const ShownChanges& shown,
    std::optional<Level> least_level
);

/// An event as a stream says it.
void append(std::string& text, const MessageEvent& event);

} // namespace drf_messages::api
