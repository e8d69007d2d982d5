// SPDX-License-Identifier: MIT
#include "base/process.hpp"

#include <pthread.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

namespace drf_messages {

std::atomic<std::uint64_t> detail::process_number{1};

namespace {

/// Never destroyed: a site of static storage may end at any time.
struct Forks {
    std::mutex held_off;
    std::mutex mutex;
    std::vector<AroundFork*> observers;
};

Forks& forks() {
    static auto* const forks = new Forks;
    return *forks;
}

/// So that a leak checker finds what was abandoned.
struct Kept {
    const void* what;
    const Kept* next;
};

std::atomic<const Kept*> kept{nullptr};

} // namespace

struct ForkHandlers {
    static void before() {
        forks().held_off.lock();
        forks().mutex.lock();
        for (const AroundFork* const observer : forks().observers) {
            observer->before_();
        }
    }
    static void after() {
        for (const AroundFork* const observer : forks().observers) {
            observer->after_();
        }
        forks().mutex.unlock();
        forks().held_off.unlock();
    }
    static void after_in_child() {
        detail::process_number.fetch_add(1, std::memory_order_relaxed);
        after();
    }
};

namespace {

[[maybe_unused]] const int registered =
    ::pthread_atfork(ForkHandlers::before, ForkHandlers::after, ForkHandlers::after_in_child);

} // namespace

void detail::keep_for_good(const void* inherited) noexcept {
    if (inherited == nullptr) {
        return;
    }
    auto* const entry = new (std::nothrow) Kept{inherited, kept.load()};
    while (entry != nullptr && !kept.compare_exchange_weak(entry->next, entry)) {
    }
}

std::unique_lock<std::mutex> hold_off_forks() {
    return std::unique_lock(forks().held_off);
}

AroundFork::AroundFork(std::function<void()> before, std::function<void()> after)
    : before_(std::move(before)), after_(std::move(after)) {
    const std::lock_guard lock(forks().mutex);
    forks().observers.push_back(this);
}

AroundFork::~AroundFork() {
    const std::lock_guard lock(forks().mutex);
    std::erase(forks().observers, this);
}

} // namespace drf_messages
