// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace drf_messages::text {

/// The end of a word that is counted: "1 message", "2 messages".
constexpr std::string_view plural(std::int64_t count) noexcept {
    return count == 1 ? "" : "s";
}

} // namespace drf_messages::text
