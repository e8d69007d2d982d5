// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::text {

/// Text that grows at its end: ask for room once, then write into it.
class TextBuffer {
public:
    TextBuffer() = default;
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;

    /// The end of the text, after which that many bytes may be written before it grows again.
    char* room(std::size_t bytes) {
        if (static_cast<std::size_t>(limit_ - end_) < bytes) {
            grow(bytes);
        }
        return end_;
    }
    /// Makes everything written up to here part of the text.
    void end_at(char* end) { end_ = end; }

    void push_back(char c) {
        char* const to = room(1);
        *to = c;
        end_at(to + 1);
    }
    void append(std::string_view text) {
        char* const to = room(text.size());
        end_at(to + text.copy(to, text.size()));
    }

    /// The text; the buffer is empty afterwards.
    std::string take();

private:
    void grow(std::size_t bytes);

    std::string memory_; ///< the text, and zeros up to limit_
    char* end_ = memory_.data();
    char* limit_ = end_;
};

} // namespace drf_messages::text
