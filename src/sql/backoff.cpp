// SPDX-License-Identifier: MIT
#include "sql/error.hpp"
#include "sql/supervised.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace drf_messages::sql {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1'000};

/// What the threads that want connections know of the database.
class Reachability {
public:
    /// Whether the caller is to try; else throws the last error.
    void enter() {
        const std::lock_guard lock(mutex_);
        if (!last_error_) {
            return;
        }
        if (probing_ || SteadyClock::now() < next_probe_) {
            throw *last_error_;
        }
        probing_ = true;
    }

    void reached() {
        const std::lock_guard lock(mutex_);
        last_error_.reset();
        probing_ = false;
        pause_ = first_pause;
    }

    void failed(const Error& error) {
        const std::lock_guard lock(mutex_);
        // Of many that fail at the same time only one makes the pause longer.
        if (!last_error_ || probing_) {
            next_probe_ = SteadyClock::now() + pause_;
            pause_ = std::min(pause_ * 2, longest_pause);
        }
        last_error_ = error;
        probing_ = false;
    }

private:
    std::mutex mutex_;
    std::optional<Error> last_error_;
    bool probing_ = false;
    std::chrono::milliseconds pause_ = first_pause;
    SteadyClock::time_point next_probe_{};
};

} // namespace

ConnectionFactory with_backoff(ConnectionFactory open) {
    return [open = std::move(open), reachability = std::make_shared<Reachability>()] {
        reachability->enter();
        try {
            auto connection = open();
            reachability->reached();
            return connection;
        } catch (const Error& error) {
            reachability->failed(error);
            throw;
        }
    };
}

} // namespace drf_messages::sql
