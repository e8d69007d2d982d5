// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/cached_sessions.hpp"
#include "accounts/database_session_engine.hpp"
#include "accounts/session_engine.hpp"
#include "accounts/session_text.hpp"

namespace drf_messages::accounts {

/// Sessions in the table django_session and in a cache that is asked first:
/// django.contrib.sessions.backends.cached_db.
class CachedDatabaseSessionEngine final : public SessionEngine {
public:
    CachedDatabaseSessionEngine(const Settings& settings, Clock clock, cache::Cache& cache);

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
    std::optional<std::int64_t> count_expired(const ConnectionSource& connection) override;
    /// Of the table: what is in the cache vanishes by itself.
    std::int64_t clear_expired(
        const ConnectionSource& connection, std::int64_t batch, const Progress& progress
    ) override;

private:
    DatabaseSessionEngine rows_;
    CachedSessions cached_;
    SessionText text_;
    Clock clock_;
};

} // namespace drf_messages::accounts
