// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <variant>

namespace drf_messages {

/// Primary key of drf_messages_message.
struct MessageId {
    std::int64_t value = 0;
    auto operator<=>(const MessageId&) const = default; // NOLINT(*-use-nullptr): no pointer
};

/// Primary key of the user table: an integer in auth_user; text (such as a UUID) if AUTH_USER_MODEL
/// has such a key.
struct UserId {
    std::variant<std::int64_t, std::string> value;
    auto operator<=>(const UserId&) const = default; // NOLINT(*-use-nullptr): no pointer
};

/// The number, or the text.
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const MessageId& id);
DRF_MESSAGES_API std::ostream& operator<<(std::ostream& stream, const UserId& id);

} // namespace drf_messages
