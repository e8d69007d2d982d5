// SPDX-License-Identifier: MIT
#include "fibers/stack.hpp"

#include <boost/context/preallocated.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <boost/version.hpp>
#include <cxxabi.h>

#include <cstring>
#include <memory>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define DRF_MESSAGES_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DRF_MESSAGES_ASAN 1
#endif
#endif
#if defined(DRF_MESSAGES_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace drf_messages::fibers {

namespace {

// From 1.88 on Boost.Context switches the exceptions that are being handled too, and two that do so
// undo each other's work. Before this is built with such a Boost, one of them has to stop.
static_assert(BOOST_VERSION < 108800, "Boost.Context switches exceptions, and so does Stack");

/// As a thread has. Memory is taken for what is used of it alone.
constexpr std::size_t stack_bytes = 8 * 1024 * 1024;

/// Before and after a switch between two stacks.
#if defined(DRF_MESSAGES_ASAN)
void before_switch(void** frames, const void* bottom, std::size_t size) {
    __sanitizer_start_switch_fiber(frames, bottom, size);
}
void after_switch(void* frames, const void** bottom, std::size_t* size) {
    __sanitizer_finish_switch_fiber(frames, bottom, size);
}
/// What had this memory before may have left it without saying so to the sanitizer.
void begin_stack(const void* bottom, std::size_t size) {
    __asan_unpoison_memory_region(bottom, size);
}
#else
void before_switch(void**, const void*, std::size_t) {}
void after_switch(void*, const void**, std::size_t*) {}
void begin_stack(const void*, std::size_t) {}
#endif

#if defined(__SANITIZE_THREAD__)
void* new_thread() {
    return __tsan_create_fiber(0);
}
void* this_thread() {
    return __tsan_get_current_fiber();
}
void switch_thread(void* to) {
    __tsan_switch_to_fiber(to, 0);
}
void end_thread(void* thread) {
    __tsan_destroy_fiber(thread);
}
#else
void* new_thread() {
    return nullptr;
}
void* this_thread() {
    return nullptr;
}
void switch_thread(void*) {}
void end_thread(void*) {}
#endif

} // namespace

Stack::Stack(std::function<void()> run) : run_(std::move(run)), inside_thread_(new_thread()) {
    boost::context::protected_fixedsize_stack allocator(stack_bytes);
    const boost::context::stack_context stack = allocator.allocate();
    size_ = stack.size;
    bottom_ = static_cast<std::byte*>(stack.sp) - stack.size;
    begin_stack(bottom_, size_);
    inside_ = boost::context::fiber(
        std::allocator_arg,
        boost::context::preallocated(stack.sp, stack.size, stack),
        allocator,
        [this](boost::context::fiber&& outside) {
            enter(std::move(outside));
            return std::move(outside_);
        }
    );
}

Stack::~Stack() {
    end_thread(inside_thread_);
}

void Stack::resume() {
    void* frames = nullptr;
    outside_thread_ = this_thread();
    switch_exceptions();
    before_switch(&frames, bottom_, size_);
    switch_thread(inside_thread_);
    inside_ = std::move(inside_).resume();
    if (ended_) {
        switch_thread(outside_thread_);
    }
    after_switch(frames, nullptr, nullptr);
    switch_exceptions();
}

void Stack::step_back() {
    // Without a place to keep them, the stack's frames are freed.
    before_switch(ended_ ? nullptr : &inside_frames_, outside_bottom_, outside_size_);
    if (ended_) {
        return;
    }
    switch_thread(outside_thread_);
    outside_ = std::move(outside_).resume();
    after_switch(inside_frames_, &outside_bottom_, &outside_size_);
}

void Stack::enter(boost::context::fiber&& outside) {
    outside_ = std::move(outside);
    after_switch(nullptr, &outside_bottom_, &outside_size_);
    run_();
    ended_ = true;
    step_back();
}

void Stack::switch_exceptions() noexcept {
    Exceptions outside;
    void* const current = __cxxabiv1::__cxa_get_globals();
    std::memcpy(outside.data(), current, outside.size());
    std::memcpy(current, exceptions_.data(), exceptions_.size());
    exceptions_ = outside;
}

} // namespace drf_messages::fibers
