// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/cached_sessions.hpp"
#include "accounts/session_engine.hpp"

namespace drf_messages::accounts {

/// Sessions in a cache alone: django.contrib.sessions.backends.cache.
class CacheSessionEngine final : public SessionEngine {
public:
    CacheSessionEngine(const Settings& settings, cache::Cache& cache);

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
    CachedSessions sessions_;
};

} // namespace drf_messages::accounts
