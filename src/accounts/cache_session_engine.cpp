// SPDX-License-Identifier: MIT
#include "accounts/cache_session_engine.hpp"

#include "accounts/session_end.hpp"

#include <utility>

namespace drf_messages::accounts {

CacheSessionEngine::CacheSessionEngine(const Settings& settings, cache::Cache& cache)
    : sessions_(settings, cache, "django.contrib.sessions.cache") {}

std::optional<LoadedSession>
CacheSessionEngine::load(const ConnectionSource&, std::string_view key) {
    std::optional<boost::json::object> session = sessions_.get(key);
    if (!session) {
        return std::nullopt;
    }
    return LoadedSession{std::move(*session)};
}

std::optional<std::string> CacheSessionEngine::save(
    const ConnectionSource&,
    std::string_view key,
    const boost::json::object& data,
    const SessionExpiry& expiry,
    bool must_create
) {
    const bool saved = must_create ? sessions_.add(key, data, expiry.age)
                                   : sessions_.replace(key, data, expiry.age);
    return saved ? std::optional<std::string>(key) : std::nullopt;
}

void CacheSessionEngine::remove(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
) {
    if (!is_plain_session_key(key)) {
        return;
    }
    sessions_.remove(key);
    end_session_in_messages(connection, key, successor);
}

} // namespace drf_messages::accounts
