// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace drf_messages {

namespace detail {
extern std::atomic<std::uint64_t> process_number;
void keep_for_good(const void* inherited) noexcept;
} // namespace detail

/// Differs from the parent's in a child of fork(). What was made under another number is the
/// parent's: the child must neither use nor close it. Costs no system call.
inline std::uint64_t process_number() noexcept {
    return detail::process_number.load(std::memory_order_relaxed);
}

/// Never destroys what this process has inherited: its destructor would close it for the parent
/// too, or wait for a thread that only the parent has.
template<class T>
void abandon(std::unique_ptr<T> inherited) noexcept {
    detail::keep_for_good(inherited.release());
}

/// While it is held nobody forks.
std::unique_lock<std::mutex> hold_off_forks();

/// What is to be done whenever this process forks, for as long as this lives: a last member, so
/// that nothing is called on half an object.
class AroundFork {
public:
    /// Neither may throw.
    /// - before: in the thread that calls fork(), which may hold no lock that this waits for.
    /// - after: in the same thread; also in the child, where the other threads are gone.
    AroundFork(std::function<void()> before, std::function<void()> after);
    AroundFork(const AroundFork&) = delete;
    AroundFork& operator=(const AroundFork&) = delete;
    ~AroundFork();

private:
    friend struct ForkHandlers;

    std::function<void()> before_;
    std::function<void()> after_;
};

} // namespace drf_messages
