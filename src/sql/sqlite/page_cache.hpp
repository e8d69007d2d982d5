// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace drf_messages::sql::sqlite {

/// How much of a database the connections of one factory keep in memory, all together: each that
/// does not rest has its part, which is larger the fewer they are. A burst fills it, and nothing
/// empties it, so that it is a part of the 16 MiB that may stay of one (bench/memory). Thread safe.
class PageCache {
public:
    class Part {
    public:
        explicit Part(std::shared_ptr<PageCache> whole) : whole_(std::move(whole)) { take(); }
        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;
        ~Part() { leave(); }

        /// How many KiB it has at the moment.
        int take() noexcept {
            if (!std::exchange(is_taken_, true)) {
                ++whole_->parts_;
            }
            return std::max(whole_kib / whole_->parts_, least_kib);
        }
        /// Until it is taken again the others have it.
        void leave() noexcept {
            if (std::exchange(is_taken_, false)) {
                --whole_->parts_;
            }
        }

    private:
        std::shared_ptr<PageCache> whole_;
        bool is_taken_ = false;
    };

private:
    static constexpr int whole_kib = 6'000;
    static constexpr int least_kib = 300;

    std::atomic<int> parts_{0};
};

} // namespace drf_messages::sql::sqlite
