// SPDX-License-Identifier: MIT
#pragma once

#include "cache/cache.hpp"
#include "cache/memcached_options.hpp"
#include "cache/server.hpp"
#include "cache/socket_stream.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::cache {

/// One connection to one memcached, in its text protocol. For one thread at a time; every function
/// throws SocketError (an answer that cannot be understood counts as a closed connection) and
/// Refusal.
/// libmemcached, which chooses the server, does not do this work: it reports an answer that did not
/// come in time as a key that is not there, and a session would end by it.
class MemcachedConnection {
public:
    using Deadline = SocketStream::Deadline;

    struct Found {
        Entry entry;
        std::uint64_t version = 0; ///< memcached's "cas unique"
    };
    enum class Store { set, add };

    MemcachedConnection(const MemcachedServer& server, std::chrono::milliseconds connect_timeout);

    // Keys hold neither spaces nor control characters. expires: memcached's exptime.

    std::optional<Found> get(std::string_view key, Deadline deadline);
    /// False when `add` finds the key taken.
    bool store(
        Store how, std::string_view key, const Entry& entry, std::int64_t expires, Deadline deadline
    );
    /// False when the entry is no longer the one of that version.
    bool replace(
        std::string_view key,
        const Entry& entry,
        std::int64_t expires,
        std::uint64_t version,
        Deadline deadline
    );
    bool remove(std::string_view key, Deadline deadline);

    bool usable() const noexcept { return buffer_.empty() && stream_.quiet(); }

private:
    std::string ask(const std::string& command, Deadline deadline);
    std::string read_line(Deadline deadline);
    std::string read_bytes(std::size_t size, Deadline deadline);
    void fill(Deadline deadline);

    SocketStream stream_;
    std::string buffer_; ///< received, not read yet
};

} // namespace drf_messages::cache
