// SPDX-License-Identifier: MIT
#include "fibers/wait.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <thread>

namespace drf_messages::fibers {
namespace {

using std::chrono::steady_clock;

bool has_passed(Deadline deadline) {
    return deadline && steady_clock::now() >= *deadline;
}

/// What poll() cannot say counts as ready: whoever reads or writes next is told what is wrong.
bool are_ready_or_fail(std::span<pollfd> descriptors) noexcept {
    int count = 0;
    do {
        count = ::poll(descriptors.data(), descriptors.size(), 0);
    } while (count < 0 && errno == EINTR);
    return count != 0;
}

} // namespace

void sleep_for(std::chrono::steady_clock::duration time) {
    if (Scheduler* const scheduler = Scheduler::current()) {
        scheduler->wait_for_call(steady_clock::now() + time);
    } else {
        std::this_thread::sleep_for(time);
    }
}

bool wait_for(std::span<pollfd> descriptors, Deadline deadline) {
    if (Scheduler* const scheduler = Scheduler::current()) {
        scheduler->wait_for(descriptors, deadline);
        return !has_passed(deadline) || are_ready_or_fail(descriptors);
    }
    for (;;) {
        int left = -1;
        if (deadline) {
            const auto rest =
                std::chrono::ceil<std::chrono::milliseconds>(*deadline - steady_clock::now());
            left = static_cast<int>(std::clamp<std::int64_t>(rest.count(), 0, 60'000));
        }
        const int ready = ::poll(descriptors.data(), descriptors.size(), left);
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
        if (has_passed(deadline)) {
            return false;
        }
    }
}

bool wait_for(int descriptor, short events, Deadline deadline) {
    pollfd waiting{descriptor, events, 0};
    return wait_for(std::span(&waiting, 1), deadline);
}

bool is_ready(int descriptor, short events) noexcept {
    pollfd now{descriptor, events, 0};
    return are_ready_or_fail(std::span(&now, 1));
}

} // namespace drf_messages::fibers
