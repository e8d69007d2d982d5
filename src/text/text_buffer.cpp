// SPDX-License-Identifier: MIT
#include "text/text_buffer.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::text {

void TextBuffer::grow(std::size_t bytes) {
    constexpr std::size_t least = 512;
    const auto size = static_cast<std::size_t>(end_ - memory_.data());
    memory_.resize(std::max({size + bytes, 2 * memory_.size(), least}));
    end_ = memory_.data() + size;
    limit_ = memory_.data() + memory_.size();
}

std::string TextBuffer::take() {
    memory_.resize(static_cast<std::size_t>(end_ - memory_.data()));
    std::string text = std::exchange(memory_, {});
    end_ = limit_ = memory_.data();
    return text;
}

} // namespace drf_messages::text
