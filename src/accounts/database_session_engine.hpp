// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "accounts/session_text.hpp"

namespace drf_messages::accounts {

/// Sessions in the table django_session: django.contrib.sessions.backends.db.
class DatabaseSessionEngine final : public SessionEngine {
public:
    DatabaseSessionEngine(const Settings& settings, Clock clock);

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
    std::int64_t clear_expired(
        const ConnectionSource& connection, std::int64_t batch, const Progress& progress
    ) override;

private:
    SessionText text_;
    Clock clock_;
};

/// Whether django_session's column could hold the key; anything else need not be asked for.
bool fits_session_column(std::string_view key);

} // namespace drf_messages::accounts
