// SPDX-License-Identifier: MIT
#pragma once

#include "cache/redis_client.hpp"
#include "cache/redis_options.hpp"
#include "cache/server.hpp"
#include "cache/socket_stream.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

struct redisReader;

namespace drf_messages::cache {

/// One connection, logged in and at its database. For one thread at a time.
class RedisConnection {
public:
    /// Throws SocketError, Refusal.
    explicit RedisConnection(const RedisOptions& options);
    ~RedisConnection();

    /// Throws SocketError (a reply that cannot be understood counts as a closed connection) and
    /// Refusal.
    RedisReply
    command(std::initializer_list<std::string_view> words, SocketStream::Deadline deadline);

    bool usable() const noexcept { return stream_.quiet(); }

private:
    RedisReply read_reply(SocketStream::Deadline deadline);

    SocketStream stream_;
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
};

} // namespace drf_messages::cache
