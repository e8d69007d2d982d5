// SPDX-License-Identifier: MIT
#include "cli/opening.hpp"

#include <chrono>
#include <utility>

namespace drf_messages::cli {
namespace {

constexpr std::chrono::seconds between_attempts{1};

/// stop() has come between two steps.
struct Stopped {};

} // namespace

Opening::Opening(Steps steps) : steps_(std::move(steps)) {}

Opening::~Opening() {
    stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Opening::start() {
    thread_ = std::thread([this] { run(); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || takes_longer_ || phase_ == Phase::over; });
    lock.unlock();
    rethrow();
}

void Opening::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

bool Opening::may_be_cut() const {
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::reaching || phase_ == Phase::queueing;
}

void Opening::rethrow() const {
    const std::lock_guard lock(mutex_);
    if (failure_) {
        std::rethrow_exception(failure_);
    }
}

void Opening::run() {
    try {
        while (!attempt()) {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, between_attempts, [this] { return stopped_; });
        }
    } catch (const Stopped&) {
        return;
    } catch (...) {
        {
            const std::lock_guard lock(mutex_);
            failure_ = std::current_exception();
        }
        steps_.give_up();
    }
    enter(Phase::over);
}

/// Whether the site is open.
bool Opening::attempt() {
    bool is_reached = false;
    try {
        enter(Phase::reaching);
        steps_.reach();
        is_reached = true;
        if (steps_.migrate) {
            steps_.migrate([this](bool writes) {
                enter(writes ? Phase::migrating : Phase::queueing);
            });
        }
        enter(Phase::opening);
        steps_.open();
        return true;
    } catch (const sql::Error& error) {
        if (!steps_.may_pass(error, is_reached)) {
            throw;
        }
        steps_.wait(error);
        enter(Phase::waiting);
        return false;
    }
}

void Opening::enter(Phase phase) {
    {
        const std::lock_guard lock(mutex_);
        if (stopped_ && phase != Phase::over) {
            throw Stopped();
        }
        phase_ = phase;
        takes_longer_ = takes_longer_ || phase == Phase::waiting || phase == Phase::queueing;
    }
    changed_.notify_all();
}

} // namespace drf_messages::cli
