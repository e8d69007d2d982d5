// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::cache {

struct MemcachedServer {
    std::string host; ///< a path for a Unix socket
    std::uint16_t port = 11211;
    bool unix_socket = false;
    std::uint32_t weight = 1;
    std::string name; ///< by which pymemcache's hashing knows it
};

/// Which of several servers holds a key.
enum class Distribution {
    libmemcached, ///< pylibmc: its hash and distribution behaviors
    rendezvous,   ///< pymemcache's HashClient
    crc,          ///< python-memcached
};

/// Where memcached servers are, and how to behave towards them.
struct MemcachedOptions {
    std::vector<MemcachedServer> servers;
    Distribution distribution = Distribution::libmemcached;
    /// libmemcached's numbers of behaviors and their values, those that choose a server
    std::vector<std::pair<int, std::uint64_t>> behaviors;
    std::chrono::milliseconds connect_timeout{1000};
    std::chrono::milliseconds command_timeout{1000};
    std::size_t max_connections = 1024; ///< to each server
};

/// The servers of [CACHES.ALIAS] with a memcached backend.
/// - throws std::invalid_argument, with the keys and without their values, for what cannot work.
MemcachedOptions memcached_options(const CacheSettings& settings);

} // namespace drf_messages::cache
