// SPDX-License-Identifier: MIT
#include "accounts/cached_db_session_engine.hpp"

#include "accounts/session_expiry.hpp"
#include "sql/transaction.hpp"
#include "store/session_store.hpp"

#include <utility>

namespace drf_messages::accounts {

CachedDatabaseSessionEngine::CachedDatabaseSessionEngine(
    const Settings& settings, Clock clock, cache::Cache& cache
)
    : rows_(settings, clock), cached_(settings, cache, "django.contrib.sessions.cached_db"),
      text_(settings, clock), clock_(std::move(clock)) {}

std::optional<LoadedSession>
CachedDatabaseSessionEngine::load(const ConnectionSource& connection, std::string_view key) {
    if (auto session = cached_.get(key)) {
        return LoadedSession{std::move(*session)};
    }
    if (!fits_session_column(key)) {
        return std::nullopt;
    }
    sql::Connection& database = connection();
    const Timestamp now = clock_();
    const auto stored = store::select_stored_session(database, key, now);
    if (!stored) {
        return std::nullopt;
    }
    LoadedSession session{text_.decode(stored->session_data)};
    cached_.set(key, session.data.read(), seconds_until(stored->expire_date, now));
    // Whoever logged out between our two looks has emptied the cache before we filled it: without
    // the second look the session would live on there.
    const auto still_stored = store::select_stored_session(database, key, now);
    if (still_stored != stored) {
        cached_.remove(key);
    }
    if (!still_stored) {
        return std::nullopt;
    }
    return session;
}

std::optional<std::string> CachedDatabaseSessionEngine::save(
    const ConnectionSource& connection,
    std::string_view key,
    const boost::json::object& data,
    const SessionExpiry& expiry,
    bool must_create
) {
    if (must_create) {
        const auto saved = rows_.save(connection, key, data, expiry, true);
        if (saved) {
            cached_.set(key, data, expiry.age);
        }
        return saved;
    }
    // The row is locked while the cache is written, so that whoever deletes it empties the cache
    // after us.
    return sql::transact(connection(), [&] {
        const auto saved = rows_.save(connection, key, data, expiry, false);
        if (saved) {
            cached_.set(key, data, expiry.age);
        }
        return saved;
    });
}

void CachedDatabaseSessionEngine::remove(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
) {
    // Once before, since a cache that does not respond must stop us while nothing is lost yet, and
    // once after, since until then somebody could read the row into it again.
    cached_.remove(key);
    rows_.remove(connection, key, successor);
    cached_.remove(key);
}

std::optional<std::int64_t>
CachedDatabaseSessionEngine::count_expired(const ConnectionSource& connection) {
    return rows_.count_expired(connection);
}

std::int64_t CachedDatabaseSessionEngine::clear_expired(
    const ConnectionSource& connection, std::int64_t batch, const Progress& progress
) {
    return rows_.clear_expired(connection, batch, progress);
}

} // namespace drf_messages::accounts
