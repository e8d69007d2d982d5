// SPDX-License-Identifier: MIT
#include "model/session_place.hpp"

#include <algorithm>
#include <array>

namespace drf_messages {
namespace {

struct Engine {
    std::string_view name;
    SessionPlace place;
};

constexpr std::array engines{
    Engine{"django.contrib.sessions.backends.db", SessionPlace::table},
    Engine{"django.contrib.sessions.backends.file", SessionPlace::files},
    Engine{"django.contrib.sessions.backends.cache", SessionPlace::cache},
    Engine{"django.contrib.sessions.backends.cached_db", SessionPlace::cache_and_table},
    Engine{"django.contrib.sessions.backends.signed_cookies", SessionPlace::cookie},
    Engine{"redis_sessions.session", SessionPlace::redis},
};

} // namespace

SessionPlace session_place(std::string_view engine) {
    const auto* found = std::find_if(engines.begin(), engines.end(), [&](const Engine& known) {
        return known.name == engine;
    });
    return found == engines.end() ? SessionPlace::unknown : found->place;
}

std::string_view session_engine_name(SessionPlace place) {
    const auto* found = std::find_if(engines.begin(), engines.end(), [&](const Engine& known) {
        return known.place == place;
    });
    return found == engines.end() ? std::string_view() : found->name;
}

bool keeps_sessions_in_a_cache(std::string_view engine) {
    const SessionPlace place = session_place(engine);
    return place == SessionPlace::cache || place == SessionPlace::cache_and_table;
}

bool keeps_sessions_in_the_table(std::string_view engine) {
    const SessionPlace place = session_place(engine);
    return place == SessionPlace::table || place == SessionPlace::cache_and_table;
}

} // namespace drf_messages
