// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "cache/cache.hpp"
#include "django/cache_value.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// Sessions as a cache of Django holds them, each under a prefix and its key. Safe from several
/// threads.
class CachedSessions {
public:
    /// - prefix: KEY_PREFIX of the engine's module.
    CachedSessions(const Settings& settings, cache::Cache& cache, std::string_view prefix);

    /// Absent for what nobody could read, and for keys that are not plain. Anything but a
    /// dictionary is an empty session.
    std::optional<boost::json::object> get(std::string_view key);
    void set(std::string_view key, const boost::json::object& session, std::chrono::seconds age);
    /// False when the key is taken, or cannot be used.
    bool add(std::string_view key, const boost::json::object& session, std::chrono::seconds age);
    /// False when there is nothing to replace: a session that was deleted meanwhile does not come
    /// back.
    bool
    replace(std::string_view key, const boost::json::object& session, std::chrono::seconds age);
    void remove(std::string_view key);

private:
    std::string cache_key(std::string_view key) const;
    cache::Entry entry(const boost::json::object& session) const;

    cache::Cache& cache_;
    django::CacheValueCodec codec_;
    std::string prefix_;
};

/// The cache of SESSION_CACHE_ALIAS; throws std::invalid_argument when it is missing.
cache::Cache& session_cache(const Settings& settings, const SessionCaches& caches);

} // namespace drf_messages::accounts
