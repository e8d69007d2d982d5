// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages {

/// Whether MessageState::parse() takes it for the epoch of a state.
bool is_epoch(std::string_view text) noexcept;

} // namespace drf_messages
