// SPDX-License-Identifier: MIT
#pragma once

#include <thread>

namespace drf_messages::cli {

/// Lets large pieces of memory go back to the system as soon as they are freed. For the whole
/// process; before its first thread.
void return_large_memory();

/// While it lives, what else the process has freed goes back too, some seconds later.
class MemoryReturn {
public:
    MemoryReturn();

private:
    std::jthread thread_;
};

} // namespace drf_messages::cli
