// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"

#include <memory>

namespace drf_messages::accounts {

/// One engine, from settings that have no problems. Throws std::invalid_argument otherwise. One
/// file for each.
using SessionEngineFactory =
    std::unique_ptr<SessionEngine> (*)(const Settings&, Clock, const SessionCaches&);

std::unique_ptr<SessionEngine>
make_database_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches);
std::unique_ptr<SessionEngine>
make_file_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches);
std::unique_ptr<SessionEngine>
make_cache_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches);
std::unique_ptr<SessionEngine>
make_cached_db_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches);
std::unique_ptr<SessionEngine> make_signed_cookies_session_engine(
    const Settings& settings, Clock clock, const SessionCaches& caches
);
std::unique_ptr<SessionEngine>
make_redis_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches);

} // namespace drf_messages::accounts
