// SPDX-License-Identifier: MIT
#include "fibers/stack.hpp"

#include <gtest/gtest.h>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define DRF_MESSAGES_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DRF_MESSAGES_ASAN 1
#endif
#endif
#if defined(DRF_MESSAGES_ASAN)
#include <sanitizer/asan_interface.h>
#else
// Nothing is marked.
void __asan_poison_memory_region(const volatile void*, std::size_t) {}
void __asan_unpoison_memory_region(const volatile void*, std::size_t) {}
void* __asan_region_is_poisoned(void*, std::size_t) {
    return nullptr;
}
#endif

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
    __asan_poison_memory_region(before, depth / 2);
    bool is_same_memory = false;
    bool is_clean = false;
    Stack next([&] {
        char here = 0;
        is_same_memory = &here - depth >= before - 1024 && &here - depth <= before + 1024;
        is_clean = __asan_region_is_poisoned(before, depth / 2) == nullptr;
    });
    next.resume();
    __asan_unpoison_memory_region(before, depth / 2);
    if (!is_same_memory) {
        GTEST_SKIP() << "the system has put it somewhere else";
    }
    EXPECT_TRUE(is_clean);
}

} // namespace
} // namespace drf_messages::fibers
