// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace drf_messages::cache {

/// Where a Redis server is, and how to behave towards it.
struct RedisOptions {
    std::string host = "localhost";
    std::uint16_t port = 6379;
    std::string unix_socket; ///< a path; empty: host and port
    std::string username;    ///< empty: AUTH with the password alone
    std::string password;    ///< empty: no AUTH
    std::int64_t db = 0;
    std::chrono::milliseconds connect_timeout{1000}; ///< for connecting, AUTH and SELECT together
    std::chrono::milliseconds command_timeout{1000}; ///< from sending a command to its whole answer
    /// A command whose answer did not come in time is sent once more.
    bool retry_on_timeout = false;
    std::size_t max_connections = 1024;
};

/// The server of [CACHES.ALIAS] with a Redis backend; of several in LOCATION, the first.
/// - throws std::invalid_argument, with the keys and without their values, for what cannot work.
RedisOptions redis_options(const CacheSettings& settings);

/// The server of SESSION_REDIS (django-redis-sessions 0.6.2). The prefix of keys is not part of it.
/// - throws std::invalid_argument likewise.
RedisOptions session_redis_options(const std::map<std::string, SettingValue>& session_redis);

} // namespace drf_messages::cache
