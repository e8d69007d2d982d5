// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "accounts/session_text.hpp"
#include "cache/redis_client.hpp"

#include <string>

namespace drf_messages::accounts {

/// Sessions as signed text in the Redis server of SESSION_REDIS: redis_sessions.session of
/// django-redis-sessions 0.6.2.
class RedisSessionEngine final : public SessionEngine {
public:
    /// Throws std::invalid_argument for a SESSION_REDIS that can not work.
    RedisSessionEngine(const Settings& settings, Clock clock);

    std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) override;
    std::optional<std::string> save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override;
    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override;

private:
    std::string stored_key(std::string_view key) const;

    cache::RedisClient redis_;
    std::string prefix_;
    SessionText text_;
};

} // namespace drf_messages::accounts
