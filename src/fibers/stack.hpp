// SPDX-License-Identifier: MIT
#pragma once

#include <boost/context/fiber.hpp>

#include <array>
#include <cstddef>
#include <functional>

namespace drf_messages::fibers {

/// A stack of its own and what runs on it, until it steps back. The exceptions that are being
/// handled belong to the stack as well, and the sanitizers are told.
class Stack {
public:
    /// - run: entered with the first resume(). When it returns the stack is of no more use.
    explicit Stack(std::function<void()> run);
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack();

    /// From outside: goes on on this stack until it steps back.
    void resume();
    /// On this stack: goes on where resume() was called.
    void step_back();

private:
    /// What __cxa_get_globals() points to (Itanium C++ ABI, 2.2.2).
    using Exceptions = std::array<std::byte, 2 * sizeof(void*)>;

    void switch_exceptions() noexcept;
    void enter(boost::context::fiber&& outside);

    std::function<void()> run_;
    boost::context::fiber inside_;
    boost::context::fiber outside_;
    Exceptions exceptions_{}; ///< of the side that does not run

    // for the sanitizers
    void* bottom_ = nullptr;
    std::size_t size_ = 0;
    const void* outside_bottom_ = nullptr;
    std::size_t outside_size_ = 0;
    void* inside_frames_ = nullptr;
    void* inside_thread_ = nullptr;
    void* outside_thread_ = nullptr;
    bool ended_ = false;
};

} // namespace drf_messages::fibers
