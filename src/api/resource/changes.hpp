// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/data.hpp"
#include "api/resource/message_serializer.hpp"
#include "http/query_dict.hpp"

#include <drf_messages/message_changes.hpp>
#include <drf_messages/message_state.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace drf_messages::api {

/// The longest `?wait=`.
inline constexpr std::chrono::seconds longest_wait{60};

/// What GET changes/ is asked.
struct ChangesQuery {
    std::optional<MessageState> since; ///< absent: only where the user stands
    std::size_t limit = usual_changes;
    std::chrono::seconds wait{0}; ///< for a change, where there is none yet
};

/// Larger numbers than the greatest mean the greatest.
/// - throws ApiError 400.
ChangesQuery changes_query(const http::QueryDict& query);

/// `{"new_state":…}`: where a user stands who has named no state.
void write_state(text::JsonWriter& json, const MessageState& state);
/// `{"old_state":…,"new_state":…,"has_more":…,"created":[…],…}`
/// - created, updated: those lists as they are to be shown; empty: as the serializer does.
void write_changes(
    text::JsonWriter& json,
    const MessageChanges& changes,
    const MessageSerializer& serializer,
    const Data& created = {},
    const Data& updated = {}
);

} // namespace drf_messages::api
