// SPDX-License-Identifier: MIT
#include "fibers/stack.hpp"

#include <gtest/gtest.h>
#include <sanitizer/asan_interface.h> // whose macros do nothing without it

#include <cstddef>
#include <cstring>

namespace drf_messages::fibers {
namespace {

TEST(Stack, GoesOnWhereItHasSteppedBack) {
    int at = 0;
    Stack* running = nullptr;
    Stack stack([&] {
        at = 1;
        running->step_back();
        at = 2;
    });
    running = &stack;
    stack.resume();
    EXPECT_EQ(at, 1);
    stack.resume();
    EXPECT_EQ(at, 2);
}

TEST(Stack, HasNoMarksOfWhatHadItsMemoryBefore) {
    constexpr std::size_t depth = 64 * 1024;
    char* before = nullptr;
    {
        Stack earlier([&] {
            char here = 0;
            before = &here - depth;
        });
        earlier.resume();
    }
    // As frames do that are left without an end.
    ASAN_POISON_MEMORY_REGION(before, depth / 2);
    bool is_same_memory = false;
    Stack next([&] {
        char here = 0;
        is_same_memory = &here - depth >= before - 1024 && &here - depth <= before + 1024;
        if (is_same_memory) {
            std::memset(before, 0, depth / 2); // a mark there ends the program
        }
    });
    next.resume();
    ASAN_UNPOISON_MEMORY_REGION(before, depth / 2);
    if (!is_same_memory) {
        GTEST_SKIP() << "the system has put it somewhere else";
    }
}

} // namespace
} // namespace drf_messages::fibers
