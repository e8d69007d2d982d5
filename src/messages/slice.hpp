// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace drf_messages::messages {

/// The position that Python's [index] takes from a list of `size`, where a negative index counts
/// from the end; absent beyond either.
std::optional<std::size_t> index_position(std::size_t size, std::int64_t index);

/// The positions that Python's [start:stop:step] takes from a list of `size`, in its order.
/// - throws std::invalid_argument when step is 0.
std::vector<std::size_t> slice_positions(
    std::size_t size,
    std::optional<std::int64_t> start,
    std::optional<std::int64_t> stop,
    std::optional<std::int64_t> step
);

} // namespace drf_messages::messages
