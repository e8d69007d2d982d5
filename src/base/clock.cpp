// SPDX-License-Identifier: MIT
#include <drf_messages/clock.hpp>

drf_messages::Timestamp drf_messages::system_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}
