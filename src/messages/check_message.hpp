// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace drf_messages::messages {

/// Refuses what no database of ours may store: too long, invalid UTF-8, a NUL. Success carries
/// nothing.
Result<void> check_message(
    std::string_view message, std::string_view view, std::span<const std::string> extra_tags
);

} // namespace drf_messages::messages
