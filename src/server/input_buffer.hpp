// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace drf_messages::server {

/// Bytes read from a socket and not used yet. Grows up to a limit and no further.
class InputBuffer {
public:
    static constexpr std::size_t initial_size = 8 * 1024;

    /// - limit: bytes; at least `initial_size` is always granted.
    explicit InputBuffer(std::size_t limit) : limit_(std::max(limit, initial_size)) {}

    std::string_view bytes() const noexcept {
        return {(lent_ ? lent_ : memory_.get()) + begin_, end_ - begin_};
    }
    bool empty() const noexcept { return begin_ == end_; }
    void clear() noexcept { begin_ = end_ = 0; }

    /// Bytes that stand elsewhere until keep(), so that no memory is needed for what is used at
    /// once.
    /// - bytes: at most `initial_size`; only while empty().
    void lend(std::string_view bytes) noexcept {
        lent_ = bytes.data();
        begin_ = 0;
        end_ = bytes.size();
    }
    /// Copies what is left of lent bytes.
    void keep() {
        if (!lent_) {
            return;
        }
        const auto rest = bytes();
        lent_ = nullptr;
        clear();
        if (!rest.empty()) {
            std::memcpy(room().data(), rest.data(), rest.size());
            commit(rest.size());
        }
    }

    /// Gives the memory back where no byte is in it.
    void release() noexcept {
        if (empty()) {
            lent_ = nullptr;
            memory_.reset();
            size_ = begin_ = end_ = 0;
        }
    }

    void consume(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ == end_) {
            clear();
        }
    }

    /// Room to read into; empty when the limit is reached.
    std::span<char> room() {
        keep();
        if (begin_ > 0) {
            std::memmove(memory_.get(), memory_.get() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == size_ && size_ < limit_) {
            const auto larger = std::min(limit_, std::max(initial_size, size_ * 2));
            auto memory = std::make_unique<char[]>(larger);
            if (end_ > 0) {
                std::memcpy(memory.get(), memory_.get(), end_);
            }
            memory_ = std::move(memory);
            size_ = larger;
        }
        return {memory_.get() + end_, size_ - end_};
    }

    void commit(std::size_t count) noexcept { end_ += count; }

private:
    std::unique_ptr<char[]> memory_;
    const char* lent_ = nullptr;
    std::size_t limit_;
    std::size_t size_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace drf_messages::server
