// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/inspection_steps.hpp"
#include "accounts/session_engine.hpp"
#include "cache/cache.hpp"
#include "django/cache_value.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// KEY_PREFIX of the modules cache and cached_db.
inline constexpr std::string_view cache_sessions_prefix = "django.contrib.sessions.cache";
inline constexpr std::string_view cached_db_sessions_prefix = "django.contrib.sessions.cached_db";

/// Sessions as a cache of Django holds them, each under a prefix and its key. Safe from several
/// threads.
class CachedSessions {
public:
    /// - prefix: KEY_PREFIX of the engine's module.
    CachedSessions(const Settings& settings, cache::Cache& cache, std::string_view prefix);

    /// Absent for what nobody could read, and for keys that are not plain. Anything but a
    /// dictionary is an empty session.
    std::optional<boost::json::object> get(std::string_view key);

    enum class Entry {
        unavailable, ///< the cache does not answer
        absent,
        unreadable,    ///< and taken for absent
        no_dictionary, ///< and taken for an empty session
        session,
    };
    struct Explained {
        Entry entry;
        boost::json::object session;
        std::string not_read; ///< for unreadable and no_dictionary: what to say of it
    };
    /// What get() finds. Says that the cache has a session, or stops where it does not answer; the
    /// rest is for the engine to say.
    Explained explain(std::string_view key, InspectionSteps& steps);

    enum class Elsewhere { here, nowhere, unavailable };
    /// A note when the cache has the key as a session of the engine that is called `engine`. Stops
    /// where it does not answer.
    Elsewhere note_sessions_of(
        std::string_view engine,
        std::string_view prefix,
        std::string_view key,
        InspectionSteps& steps
    );

    /// The cache, by what decides which entries it has.
    std::string name() const;

    void set(std::string_view key, const boost::json::object& session, std::chrono::seconds age);
    /// False when the key is taken, or cannot be used.
    bool add(std::string_view key, const boost::json::object& session, std::chrono::seconds age);
    /// False when there is nothing to replace: a session that was deleted meanwhile does not come
    /// back.
    bool
    replace(std::string_view key, const boost::json::object& session, std::chrono::seconds age);
    /// Gives it another life and leaves its bytes as they are; false when there is none.
    bool touch(std::string_view key, std::chrono::seconds age);
    void remove(std::string_view key);

private:
    std::string cache_key(std::string_view key) const;
    /// Whether there was something to change.
    bool update(
        std::string_view key,
        std::chrono::seconds age,
        const std::function<cache::Entry(const cache::Entry&)>& change
    );
    void stop(const cache::Error& error, InspectionSteps& steps) const;
    cache::Entry entry(const boost::json::object& session) const;

    cache::Cache& cache_;
    std::string alias_;
    CacheSettings settings_;
    django::CacheValueCodec codec_;
    std::string prefix_;
};

/// The cache of SESSION_CACHE_ALIAS; throws std::invalid_argument when it is missing.
cache::Cache& session_cache(const Settings& settings, const SessionCaches& caches);

} // namespace drf_messages::accounts
