// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace drf_messages::messages {

/// Refuses what none of our databases may store: text that is too long, invalid UTF-8, or contains
/// a NUL. Success carries no value.
Result<void> check_message(
    std::string_view message, std::string_view view, std::span<const std::string> extra_tags
);

} // namespace drf_messages::messages
