// SPDX-License-Identifier: MIT
#include "accounts/session_engine.hpp"

#include "accounts/session_engines.hpp"
#include "accounts/session_file.hpp"
#include "django/cache_value.hpp"
#include "django/session_codec.hpp"
#include "model/releases.hpp"
#include "model/session_place.hpp"
#include "text/utf8.hpp"

#ifdef DRF_MESSAGES_HAS_REDIS
#include "cache/redis_client.hpp"
#endif

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace drf_messages::accounts {
namespace {

using Problems = std::vector<std::string>;

constexpr std::size_t key_column_characters = 40;

/// A SESSION_ENGINE, by the place where it keeps its sessions.
struct Engine {
    SessionPlace place;
    SessionEngineFactory make;
    void (*check)(const Settings&, Problems&);
};

void check_nothing(const Settings&, Problems&) {}

void check_folder(const Settings& settings, Problems& problems) {
    std::error_code ignored;
    const std::filesystem::path folder = session_folder(settings);
    if (!std::filesystem::is_directory(folder, ignored)) {
        problems.push_back(fmt::format(
            "SESSION_FILE_PATH: there is no folder \"{}\" to keep sessions in", folder.string()
        ));
    }
}

void check_cache(const Settings& settings, Problems& problems) {
    const std::string& alias = settings.session_cache_alias;
    const auto found = settings.caches.find(alias);
    if (found == settings.caches.end()) {
        if (alias != "default") {
            problems.push_back(
                fmt::format("SESSION_CACHE_ALIAS: CACHES has no \"{}\" to keep sessions in", alias)
            );
        }
        return;
    }
    try {
        django::CacheValueCodec codec(found->second);
    } catch (const std::invalid_argument& error) {
        problems.push_back(fmt::format("CACHES.{}: {}", alias, error.what()));
    }
}

#ifdef DRF_MESSAGES_HAS_REDIS
void check_session_redis(const Settings& settings, Problems& problems) {
    try {
        cache::session_redis_options(settings.session_redis);
    } catch (const std::invalid_argument& error) {
        problems.emplace_back(error.what());
    }
}
#endif

constexpr std::array engines{
    Engine{SessionPlace::table, make_database_session_engine, check_nothing},
    Engine{SessionPlace::files, make_file_session_engine, check_folder},
    Engine{SessionPlace::cache, make_cache_session_engine, check_cache},
    Engine{SessionPlace::cache_and_table, make_cached_db_session_engine, check_cache},
    Engine{SessionPlace::cookie, make_signed_cookies_session_engine, check_nothing},
#ifdef DRF_MESSAGES_HAS_REDIS
    Engine{SessionPlace::redis, make_redis_session_engine, check_session_redis},
#endif
};

const Engine* find_engine(std::string_view name) {
    const SessionPlace place = session_place(name);
    const auto* found = std::find_if(engines.begin(), engines.end(), [&](const Engine& engine) {
        return engine.place == place;
    });
    return found == engines.end() ? nullptr : found;
}

/// Of whichever engine: Django imports the class for each.
void check_serializer(const Settings& settings, Problems& problems) {
    try {
        const auto serializer = django::session_serializer(settings.session_serializer);
        if (serializer == django::SessionSerializer::pickle &&
            model::differences_of(settings).has(model::Difference::pickled_sessions_gone)) {
            problems.push_back(fmt::format(
                "SESSION_SERIALIZER: Django 5.0 and later have no {}, and DJANGO_VERSION is {}",
                settings.session_serializer,
                settings.django_version
            ));
        }
    } catch (const std::invalid_argument& error) {
        problems.emplace_back(error.what());
    }
}

std::string not_available(const Settings& settings) {
    return fmt::format(
        "SESSION_ENGINE = \"{}\" is not available in this build; it has \"{}\"",
        settings.session_engine,
        fmt::join(known_session_engines(), "\", \"")
    );
}

} // namespace

std::unique_ptr<SessionEngine>
make_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches) {
    const Engine* engine = find_engine(settings.session_engine);
    if (engine == nullptr) {
        throw std::invalid_argument(not_available(settings));
    }
    return engine->make(settings, std::move(clock), caches);
}

const std::vector<std::string>& known_session_engines() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        list.reserve(engines.size());
        for (const Engine& engine : engines) {
            list.emplace_back(session_engine_name(engine.place));
        }
        return list;
    }();
    return names;
}

std::vector<std::string> session_engine_problems(const Settings& settings) {
    Problems problems;
    if (const Engine* engine = find_engine(settings.session_engine)) {
        engine->check(settings, problems);
    } else {
        problems.push_back(not_available(settings));
    }
    check_serializer(settings, problems);
    return problems;
}

bool is_plain_session_key(std::string_view key) noexcept {
    constexpr std::size_t longest = 40;
    return !key.empty() && key.size() <= longest && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

bool fits_session_column(std::string_view key) {
    return key.find('\0') == std::string_view::npos && text::is_valid_utf8(key) &&
           text::utf8_length(key) <= key_column_characters;
}

std::vector<std::string> secret_keys(const Settings& settings) {
    std::vector<std::string> keys{settings.secret_key};
    keys.insert(
        keys.end(), settings.secret_key_fallbacks.begin(), settings.secret_key_fallbacks.end()
    );
    return keys;
}

} // namespace drf_messages::accounts
