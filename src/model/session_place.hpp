// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages {

/// Where a SESSION_ENGINE keeps its sessions.
enum class SessionPlace {
    unknown, ///< we do not have that engine
    table,
    files,
    cache,
    cache_and_table,
    cookie,
    redis, ///< of SESSION_REDIS
};

/// The place of an engine by its name in Django, and back.
SessionPlace session_place(std::string_view engine);
std::string_view session_engine_name(SessionPlace place);

/// Whether the engine keeps them in CACHES[SESSION_CACHE_ALIAS], alone or beside the table.
bool keeps_sessions_in_a_cache(std::string_view engine);
/// Whether it keeps them in django_session, alone or behind a cache.
bool keeps_sessions_in_the_table(std::string_view engine);

} // namespace drf_messages
