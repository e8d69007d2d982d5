// SPDX-License-Identifier: MIT
#include "fibers/scheduler.hpp"

#include "fibers/stack.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <new>
#include <system_error>
#include <utility>

namespace drf_messages::fibers {

namespace {

thread_local Scheduler* of_this_thread = nullptr;

int make_alarm() {
    const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    return descriptor;
}

} // namespace

/// A stack that does one job after the other.
class Fiber {
public:
    Fiber() : stack_([this] { work(); }) {}

    bool has_job() const noexcept { return static_cast<bool>(job_); }

    std::function<void()> job_;
    bool is_over_ = false; ///< no more jobs come
    std::uint64_t turn_ = 0;
    Stack stack_;

private:
    void work() noexcept {
        while (!is_over_) {
            job_();
            job_ = nullptr;
            stack_.step_back();
        }
    }
};

Scheduler::Scheduler(std::size_t most, std::size_t number)
    : most_(std::max<std::size_t>(most, 1)), number_(number), alarm_(make_alarm()) {}

Scheduler::~Scheduler() {
    for (const auto& fiber : fibers_) {
        fiber->is_over_ = true;
        fiber->stack_.resume();
    }
    close(alarm_);
}

Scheduler* Scheduler::current() noexcept {
    return of_this_thread;
}

void Scheduler::start(std::function<void()> job) {
    if (unused_.empty() && !add_fiber()) {
        return job();
    }
    Fiber& fiber = *unused_.back();
    unused_.pop_back();
    ++alive_;
    fiber.job_ = std::move(job);
    run(fiber);
}

bool Scheduler::add_fiber() {
    try {
        const std::size_t count = fibers_.size() + 1;
        unused_.reserve(count);
        ready_.reserve(count);
        patient_.reserve(count);
        {
            const std::lock_guard lock(mutex_);
            called_.reserve(count);
        }
        fibers_.push_back(std::make_unique<Fiber>());
        unused_.push_back(fibers_.back().get());
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

void Scheduler::run(Fiber& fiber) {
    // Who was called twice goes on once.
    ++fiber.turn_;
    running_ = &fiber;
    of_this_thread = this;
    fiber.stack_.resume();
    of_this_thread = nullptr;
    running_ = nullptr;
    if (!fiber.has_job()) {
        --alive_;
        unused_.push_back(&fiber);
    }
}

void Scheduler::suspend() {
    running_->stack_.step_back();
}

bool Scheduler::go_on() {
    take_calls();
    bool any = false;
    while (run_next(ready_)) {
        any = true;
    }
    return any;
}

bool Scheduler::let_patient_go_on() {
    return run_next(patient_);
}

/// A fiber has one wait at a time: of two tickets the earlier one is over.
void Scheduler::enqueue(Tickets& queue, Ticket ticket) noexcept {
    const auto same = std::find_if(queue.begin(), queue.end(), [&](const Ticket& other) {
        return other.fiber == ticket.fiber;
    });
    if (same == queue.end()) {
        queue.push_back(ticket);
    } else {
        same->turn = std::max(same->turn, ticket.turn);
    }
}

bool Scheduler::run_next(Tickets& queue) {
    while (!queue.empty()) {
        const Ticket ticket = queue.front();
        queue.erase(queue.begin());
        if (ticket.fiber->turn_ == ticket.turn) {
            run(*ticket.fiber);
            return true;
        }
    }
    return false;
}

void Scheduler::take_calls() {
    const std::lock_guard lock(mutex_);
    for (const Ticket& ticket : called_) {
        enqueue(ready_, ticket);
    }
    called_.clear();
}

void Scheduler::call(Ticket ticket) noexcept {
    if (of_this_thread == this) {
        enqueue(ready_, ticket);
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        enqueue(called_, ticket);
    }
    eventfd_write(alarm_, 1);
}

Ticket Scheduler::ticket() const noexcept {
    return {running_, running_->turn_};
}

void Scheduler::let_others_go_first() {
    enqueue(patient_, ticket());
    suspend();
}

void Scheduler::wait_for(std::span<const pollfd> descriptors, Deadline deadline) {
    waiting_.push_back({ticket(), {descriptors.begin(), descriptors.end()}, deadline});
    suspend();
}

void Scheduler::wait_for_call(Deadline deadline) {
    if (deadline) {
        waiting_.push_back({ticket(), {}, deadline});
    }
    suspend();
}

void Scheduler::wait(int readable) {
    forget_finished_waits();
    polled_.assign({{alarm_, POLLIN, 0}, {readable, POLLIN, 0}});
    for (const Waiting& waiting : waiting_) {
        polled_.insert(polled_.end(), waiting.descriptors.begin(), waiting.descriptors.end());
    }
    const auto left = time_left();
    timespec limit{};
    if (left) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(*left);
        limit = {seconds.count(), (*left - seconds).count()};
    }
    if (ppoll(polled_.data(), polled_.size(), left ? &limit : nullptr, nullptr) < 0) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        return;
    }
    if (polled_[0].revents != 0) {
        eventfd_t ignored = 0;
        eventfd_read(alarm_, &ignored);
    }
    wake_the_waited(std::span(polled_).subspan(2));
}

/// They were called, or one of their descriptors or the deadline was first.
void Scheduler::forget_finished_waits() {
    std::erase_if(waiting_, [](const Waiting& waiting) {
        return waiting.ticket.fiber->turn_ != waiting.ticket.turn;
    });
}

void Scheduler::wake_the_waited(std::span<const pollfd> polled) {
    const auto now = std::chrono::steady_clock::now();
    for (const Waiting& waiting : waiting_) {
        const auto own = polled.first(waiting.descriptors.size());
        polled = polled.subspan(own.size());
        const bool is_ready = std::any_of(own.begin(), own.end(), [](const pollfd& descriptor) {
            return descriptor.revents != 0;
        });
        if (is_ready || (waiting.deadline && now >= *waiting.deadline)) {
            enqueue(ready_, waiting.ticket);
        }
    }
}

std::optional<std::chrono::nanoseconds> Scheduler::time_left() const {
    constexpr std::chrono::nanoseconds longest = std::chrono::minutes(1);
    std::optional<std::chrono::nanoseconds> left;
    const auto now = std::chrono::steady_clock::now();
    for (const Waiting& waiting : waiting_) {
        if (waiting.deadline) {
            const std::chrono::nanoseconds rest = *waiting.deadline - now;
            left = std::clamp(rest, std::chrono::nanoseconds(0), left.value_or(longest));
        }
    }
    return left;
}

} // namespace drf_messages::fibers
