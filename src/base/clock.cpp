// SPDX-License-Identifier: MIT
#include <drf_messages/clock.hpp>

namespace drf_messages {

Timestamp system_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

} // namespace drf_messages
