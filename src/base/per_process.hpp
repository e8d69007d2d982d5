// SPDX-License-Identifier: MIT
#pragma once

#include "base/process.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace drf_messages {

/// A value that every process has for itself: what holds sockets, files or locks, which a child of
/// fork() must not share with its parent. The child makes its own when it first asks, and abandons
/// the inherited one. Thread safe as far as T is.
template<class T>
class PerProcess {
public:
    /// Makes a value; given the inherited one in a child, whose locks may be held by threads that
    /// are gone, and null at first. Must not ask for a value of a PerProcess.
    using Make = std::function<std::unique_ptr<T>(T* inherited)>;

    /// Makes the first value at once.
    explicit PerProcess(Make make) : make_(std::move(make)), own_(new Own{make_(nullptr)}) {}
    PerProcess(const PerProcess&) = delete;
    PerProcess& operator=(const PerProcess&) = delete;
    ~PerProcess() {
        std::unique_ptr<Own> own(own_.load());
        if (own->process != process_number()) {
            abandon(std::move(own));
        }
    }

    /// Throws what making one throws.
    T& get() {
        Own* const own = own_.load(std::memory_order_acquire);
        return own->process == process_number() ? *own->value : renewed();
    }
    T* operator->() { return &get(); }

    /// Null in a child that has not asked for its own.
    T* get_if_made() {
        Own* const own = own_.load(std::memory_order_acquire);
        return own->process == process_number() ? own->value.get() : nullptr;
    }

private:
    struct Own {
        std::unique_ptr<T> value;
        std::uint64_t process = process_number();
    };

    T& renewed() {
        // The first threads of a child may come here together.
        const auto lock = hold_off_forks();
        if (T* const made = get_if_made()) {
            return *made;
        }
        Own* const inherited = own_.load();
        auto own = std::make_unique<Own>(Own{make_(inherited->value.get())});
        own_.store(own.get(), std::memory_order_release);
        abandon(std::unique_ptr<Own>(inherited));
        return *own.release()->value;
    }

    const Make make_;
    std::atomic<Own*> own_;
};

} // namespace drf_messages
