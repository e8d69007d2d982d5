// SPDX-License-Identifier: MIT
#include "messages/slice.hpp"

#include <algorithm>
#include <stdexcept>

namespace drf_messages::messages {

std::optional<std::size_t> index_position(std::size_t size, std::int64_t index) {
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t position = index < 0 ? index + length : index;
    return position < 0 || position >= length ? std::nullopt
                                              : std::optional(static_cast<std::size_t>(position));
}

std::vector<std::size_t> slice_positions(
    std::size_t size,
    std::optional<std::int64_t> start,
    std::optional<std::int64_t> stop,
    std::optional<std::int64_t> step
) {
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t stride = step.value_or(1);
    if (stride == 0) {
        throw std::invalid_argument("slice step cannot be zero");
    }
    const bool backwards = stride < 0;
    const std::int64_t lowest = backwards ? -1 : 0;
    const std::int64_t highest = backwards ? length - 1 : length;
    const auto bound = [&](std::optional<std::int64_t> given, std::int64_t otherwise) {
        if (!given) {
            return otherwise;
        }
        // A negative one counts from the end.
        return std::clamp(*given < 0 ? *given + length : *given, lowest, highest);
    };
    std::int64_t position = bound(start, backwards ? highest : lowest);
    const std::int64_t end = bound(stop, backwards ? lowest : highest);

    std::vector<std::size_t> positions;
    while (backwards ? position > end : position < end) {
        positions.push_back(static_cast<std::size_t>(position));
        // Compare before adding: a huge stride would overflow.
        const std::int64_t rest = end - position;
        if (backwards ? stride <= rest : stride >= rest) {
            break;
        }
        position += stride;
    }
    return positions;
}

} // namespace drf_messages::messages
