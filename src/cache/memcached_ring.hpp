// SPDX-License-Identifier: MIT
#pragma once

#include "cache/memcached_options.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace drf_messages::cache {

/// Which of several memcached servers holds a key, as the Python client of the same options
/// chooses. Immutable, safe to share between threads.
class MemcachedRing {
public:
    virtual ~MemcachedRing() = default;
    /// An index into the servers.
    virtual std::size_t server_of(std::string_view key) const = 0;
};

/// - throws std::invalid_argument when libmemcached does not take the behaviors.
std::unique_ptr<MemcachedRing> make_ring(const MemcachedOptions& options);

} // namespace drf_messages::cache
