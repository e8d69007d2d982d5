// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace drf_messages::config {

constexpr std::size_t most_key_parts = 64;

/// The first line of a TOML document with a key of more than most_key_parts parts (a.b.c has
/// three). toml++ makes a table of each part and recurses for each, until the stack is used up.
std::optional<std::size_t> line_of_too_deep_key(std::string_view toml);

} // namespace drf_messages::config
