// SPDX-License-Identifier: MIT
#include "sql/postgresql/connector.hpp"

#include "fibers/aside.hpp"

#include <algorithm>

namespace drf_messages::sql::postgresql {

namespace {

constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{1000};

} // namespace

void Connector::enter() {
    const std::lock_guard lock(mutex_);
    if (!last_error_) {
        return;
    }
    if (trying_again_ || std::chrono::steady_clock::now() < not_before_) {
        throw *last_error_;
    }
    trying_again_ = true;
}

OpenedConnection Connector::open(bool read_only) {
    enter();
    try {
        OpenedConnection opened;
        fibers::aside([&] { opened = open_connection(options_, read_only); });
        const std::lock_guard lock(mutex_);
        last_error_.reset();
        trying_again_ = false;
        pause_ = {};
        return opened;
    } catch (const Error& error) {
        const std::lock_guard lock(mutex_);
        // What failed at the same time is one failure.
        if (!last_error_ || trying_again_) {
            pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
        }
        last_error_ = error;
        trying_again_ = false;
        not_before_ = std::chrono::steady_clock::now() + pause_;
        throw;
    }
}

} // namespace drf_messages::sql::postgresql
