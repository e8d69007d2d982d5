// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages {

/// A point in the history of the messages: whoever knows a state can be told what has changed since
/// then. Clients keep it as text and look for nothing in it.
struct DRF_MESSAGES_API MessageState {
    /// which history: another one begins when the feed cannot tell what has happened
    std::string epoch;
    /// in the order of commits, never lower than before
    std::int64_t position = 0;

    /// "k3x9ab-1853"
    std::string str() const;
    /// Absent for a text that str() does not write.
    static std::optional<MessageState> parse(std::string_view text);

    auto operator<=>(const MessageState&) const = default; // NOLINT(*-use-nullptr): no pointer
};

/// As str().
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const MessageState& state);

} // namespace drf_messages
