// SPDX-License-Identifier: MIT
#pragma once

namespace drf_messages::fibers {

/// While it lives its thread has no memory: operator new throws.
class NoMemory {
public:
    NoMemory() noexcept;
    NoMemory(const NoMemory&) = delete;
    NoMemory& operator=(const NoMemory&) = delete;
    ~NoMemory();
};

} // namespace drf_messages::fibers
