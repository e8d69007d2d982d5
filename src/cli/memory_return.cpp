// SPDX-License-Identifier: MIT
#include "cli/memory_return.hpp"

#include <malloc.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace drf_messages::cli {
namespace {

using namespace std::chrono_literals;

/// From this size on each piece is mapped on its own. Left alone, glibc takes the largest piece
/// that was ever freed as the new limit, and keeps in its heap what is smaller.
constexpr int mapped_bytes = 256 * 1024;

/// What may stay free at the end of the heap; less would make nearly every request ask the system.
constexpr int spare_bytes = 4 * 1024 * 1024;

/// Giving back costs a fault for each page that is needed again, and holds up whoever allocates
/// meanwhile.
constexpr auto pause = 10s;

} // namespace

void return_large_memory() {
    ::mallopt(M_MMAP_THRESHOLD, mapped_bytes);
    ::mallopt(M_TRIM_THRESHOLD, spare_bytes);
}

MemoryReturn::MemoryReturn()
    : thread_([](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any stopped;
          std::unique_lock lock(mutex);
          while (!stopped.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
              // with what is free between pieces that are in use, of which a burst leaves many
              ::malloc_trim(0);
          }
      }) {}

} // namespace drf_messages::cli
