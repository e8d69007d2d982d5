// SPDX-License-Identifier: MIT
#include "fibers/background.hpp"

#include "base/per_process.hpp"
#include "base/processors.hpp"
#include "fibers/absence.hpp"
#include "fibers/aside.hpp"
#include "fibers/turns.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>

namespace drf_messages::fibers {

namespace {

constexpr std::size_t most_waiting = 64;
constexpr std::chrono::seconds longest_wait{10};
/// A tenth of a core beside a thread that wants all of it: enough that a login ends even then.
constexpr int lower_by = 10;

thread_local Seat* of_this_thread = nullptr;

/// What the jobs of one process share.
struct Background {
    Turns turns{std::max<std::size_t>(processors() / 2, 1)};
    std::atomic<std::size_t> waiting{0};
};

Background& background() {
    // never destroyed: threads may outlive what is static
    static auto* const own = new PerProcess<Background>([](Background* /*inherited*/) {
        return std::make_unique<Background>();
    });
    return own->get();
}

/// In the queue, from its end to the beginning of the job.
class Waiting {
public:
    explicit Waiting(Background& shared)
        : shared_(shared), has_room_(shared.waiting++ < most_waiting) {}
    ~Waiting() { --shared_.waiting; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    bool take_turn() const { return has_room_ && shared_.turns.take(longest_wait); }

private:
    Background& shared_;
    bool has_room_;
};

class Turn {
public:
    explicit Turn(Turns& turns) noexcept : turns_(turns) {}
    ~Turn() { turns_.give_back(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    Turns& turns_;
};

bool take_turn(Background& shared) {
    return Waiting(shared).take_turn();
}

} // namespace

Seat::Seat() noexcept {
    of_this_thread = this;
}

Seat::~Seat() {
    of_this_thread = nullptr;
}

Seat* Seat::current() noexcept {
    return of_this_thread;
}

bool in_background(const std::function<void()>& job) {
    if (Scheduler::current() == nullptr && Seat::current() == nullptr) {
        job();
        return true;
    }
    Background& shared = background();
    const Absence absence;
    if (!take_turn(shared)) {
        return false;
    }
    const Turn turn(shared.turns);
    in_another_thread([&job, caller = std::this_thread::get_id()] {
        // Of this thread alone, and for good: not of the caller's, where the system has no other
        // one. Where it is forbidden, the job runs all the same.
        if (std::this_thread::get_id() != caller) {
            ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + lower_by);
        }
        job();
    });
    return true;
}

} // namespace drf_messages::fibers
