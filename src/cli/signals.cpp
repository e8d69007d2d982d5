// SPDX-License-Identifier: MIT
#include "cli/signals.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace drf_messages::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// What the threads have, after the last connection was cut, to end by themselves.
constexpr auto last_steps = 500ms;

} // namespace

Signals::Signals(std::chrono::milliseconds drain_timeout) : drain_timeout_(drain_timeout) {
    ::sigemptyset(&taken_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) {
        ::sigaddset(&taken_, signal);
    }
    ::pthread_sigmask(SIG_BLOCK, &taken_, &before_);
    thread_ = std::thread([this] { run(); });
}

Signals::~Signals() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    ::pthread_kill(thread_.native_handle(), SIGUSR1); // wakes the thread
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Signals::Lease Signals::at_end(Action first, Action again) {
    const std::lock_guard lock(mutex_);
    ending_ = {std::move(first), std::move(again)};
    return {&ending_, [this](Ending* ending) {
                const std::lock_guard returned(mutex_);
                *ending = {};
            }};
}

Signals::Lease Signals::at_hangup(Action action) {
    const std::lock_guard lock(mutex_);
    hangup_ = std::move(action);
    return {&hangup_, [this](Action* hangup) {
                const std::lock_guard returned(mutex_);
                *hangup = nullptr;
            }};
}

void Signals::run() {
    while (true) {
        const int signal = next();
        const std::lock_guard lock(mutex_);
        if (over_) {
            return;
        }
        take(signal);
        end_when_overdue();
    }
}

/// The next signal; -1 when there was none until the process is to end.
int Signals::next() const {
    if (!deadline_) {
        return ::sigwaitinfo(&taken_, nullptr);
    }
    const auto left = std::max<steady_clock::duration>(
        *deadline_ + last_steps - steady_clock::now(), steady_clock::duration::zero()
    );
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    timespec wait{};
    wait.tv_sec = seconds.count();
    wait.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    return ::sigtimedwait(&taken_, nullptr, &wait);
}

void Signals::take(int signal) {
    if (signal == SIGTERM || signal == SIGINT) {
        end(signal);
    } else if (signal == SIGHUP && hangup_) {
        hangup_();
    }
}

void Signals::end(int signal) {
    if (deadline_) {
        // whoever asks twice does not want to wait
        deadline_ = steady_clock::now();
        if (ending_.again) {
            ending_.again();
        }
    } else if (ending_.first) {
        deadline_ = steady_clock::now() + drain_timeout_;
        ending_.first();
    } else {
        std::signal(signal, SIG_DFL);
        ::pthread_sigmask(SIG_UNBLOCK, &taken_, nullptr);
        std::raise(signal);
        // Process 1 of a container has no default.
        std::_Exit(128 + signal);
    }
}

/// Something hangs, such as a statement or the reader of the log. What it would still write, a
/// process that is killed does not write either.
void Signals::end_when_overdue() const {
    if (deadline_ && steady_clock::now() >= *deadline_ + last_steps) {
        std::_Exit(EXIT_SUCCESS);
    }
}

} // namespace drf_messages::cli
