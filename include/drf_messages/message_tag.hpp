// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/ids.hpp>

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace drf_messages {

/// Primary key of drf_messages_messagetag.
struct MessageTagId {
    std::int64_t value = 0;
    auto operator<=>(const MessageTagId&) const = default; // NOLINT(*-use-nullptr): no pointer
};

/// A tag of a message, as a row.
/// - Django: drf_messages/models.py, MessageTag.
struct MessageTag {
    MessageTagId id;
    MessageId message;
    std::string text;
};

/// The number.
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const MessageTagId& id);
/// The text.
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const MessageTag& tag);

} // namespace drf_messages
