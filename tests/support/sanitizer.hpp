// SPDX-License-Identifier: MIT
#pragma once

namespace drf_messages::test {

/// Whether this was compiled for AddressSanitizer or ThreadSanitizer, by GCC or by clang.
inline constexpr bool under_sanitizer =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

/// Whether it is ThreadSanitizer, which ends a child of fork() that makes a thread.
inline constexpr bool under_thread_sanitizer =
#if defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

} // namespace drf_messages::test
