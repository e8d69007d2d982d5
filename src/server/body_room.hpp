// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>

namespace drf_messages::server {

/// The memory that the bodies of all requests under way may take together. From any thread.
class BodyRoom {
public:
    /// Whether a body is of use, to be asked with the head of its request; one that is not is read
    /// and forgotten. Empty: all are.
    using IsUsed = std::function<bool(const http::Request&)>;

    /// - connections: the most that there may be. Half of the room is divided among them, so that
    ///   what is large leaves room for what is small.
    BodyRoom(std::size_t bytes, std::size_t connections, IsUsed is_used)
        : part_(bytes / 2 / std::max<std::size_t>(connections, 1)),
          free_(bytes - part_ * connections), is_used_(std::move(is_used)) {}

    bool is_used(const http::Request& head) const { return !is_used_ || is_used_(head); }

private:
    friend class BodySpace;

    bool take(std::size_t bytes) noexcept {
        auto free = free_.load(std::memory_order_relaxed);
        while (bytes <= free) {
            if (free_.compare_exchange_weak(free, free - bytes, std::memory_order_relaxed)) {
                return true;
            }
        }
        return false;
    }
    void give_back(std::size_t bytes) noexcept {
        free_.fetch_add(bytes, std::memory_order_relaxed);
    }

    std::size_t part_; ///< bytes that each body has whatever the others take
    std::atomic<std::size_t> free_;
    IsUsed is_used_;
};

/// What one body takes of the room.
class BodySpace {
public:
    /// - room: must live longer; null: without a bound.
    explicit BodySpace(BodyRoom* room) noexcept : room_(room) {}
    BodySpace(const BodySpace&) = delete;
    BodySpace& operator=(const BodySpace&) = delete;
    ~BodySpace() { give_back(); }

    /// Whether the body may have so many bytes, with those that it has.
    bool grow_to(std::size_t bytes) noexcept {
        if (!room_ || bytes <= room_->part_ + taken_) {
            return true;
        }
        const auto more = bytes - room_->part_ - taken_;
        if (!room_->take(more)) {
            return false;
        }
        taken_ += more;
        return true;
    }
    void give_back() noexcept {
        if (taken_ > 0) {
            room_->give_back(std::exchange(taken_, 0));
        }
    }

private:
    BodyRoom* room_;
    std::size_t taken_ = 0;
};

} // namespace drf_messages::server
