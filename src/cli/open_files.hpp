// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace drf_messages::cli {

/// Lets the process have as many files open as it may at all, and returns how many these are.
std::size_t raise_open_files() noexcept;

/// Descriptors that are kept for something else than clients: databases, caches, sessions, the log.
/// - requests: that are answered side by side; each may have files and connections of its own.
std::size_t reserved_files(std::size_t requests) noexcept;

/// How many streams there can be beside `connections` clients, which keep half of what there is if
/// not all of both is.
std::size_t streams_within(
    std::size_t open_files, std::size_t wanted, std::size_t connections, std::size_t reserved
) noexcept;

/// How many of `wanted` clients can be connected with so many open files; at least one.
std::size_t
connections_within(std::size_t open_files, std::size_t wanted, std::size_t reserved) noexcept;

} // namespace drf_messages::cli
