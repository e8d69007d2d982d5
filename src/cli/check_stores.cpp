// SPDX-License-Identifier: MIT
#include "accounts/session_file.hpp"
#include "cache/cache.hpp"
#include "cache/make_cache.hpp"
#include "cli/check.hpp"
#include "embed/password_use.hpp"
#include "model/session_place.hpp"

#ifdef DRF_MESSAGES_HAS_REDIS
#include "cache/redis_client.hpp"
#endif

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <string_view>

namespace drf_messages::cli {
namespace {

/// Nobody stores anything under it.
constexpr std::string_view probe = "drf-messages.check";

/// The counts of wrong passwords that several servers share.
void check_counts(const CacheSettings& settings, StoreReport& report) {
    try {
        if (strict_cache(settings)->forgets_for_room()) {
            report.warnings.emplace_back(
                "CACHES.default forgets counts when it needs their room (memcached always does, "
                "Redis with maxmemory and any maxmemory-policy but noeviction): several servers "
                "together may let more wrong passwords be tried than LOGIN_THROTTLE_RATE and "
                "BASIC_THROTTLE_RATE say"
            );
        }
    } catch (const cache::Error&) {
        // It does not answer, which check_cache() says, or may not be asked this.
    }
}

void check_cache(
    const std::string& alias, const CacheSettings& cache, bool needed, StoreReport& report
) {
    try {
        strict_cache(cache)->get(probe);
        report.found.push_back(fmt::format("CACHES.{} answers", alias));
    } catch (const cache::Error& error) {
        auto& to = needed ? report.problems : report.warnings;
        to.push_back(fmt::format("CACHES.{}: {}", alias, error.what()));
    }
}

void check_folder(const Settings& settings, StoreReport& report) {
    const std::string folder = accounts::session_folder(settings).string();
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
        report.problems.push_back(fmt::format("SESSION_FILE_PATH: there is no folder {}", folder));
    } else if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
        report.problems.push_back(fmt::format(
            "SESSION_FILE_PATH: this user may not read and write {}; run it as the server does",
            folder
        ));
    } else {
        report.found.push_back(fmt::format("SESSION_FILE_PATH is the folder {}", folder));
    }
}

void check_session_redis(
    [[maybe_unused]] const Settings& settings, [[maybe_unused]] StoreReport& report
) {
#ifdef DRF_MESSAGES_HAS_REDIS
    try {
        cache::RedisClient(cache::session_redis_options(settings.session_redis)).get(probe);
        report.found.emplace_back("SESSION_REDIS answers");
    } catch (const cache::Error& error) {
        report.problems.push_back(fmt::format("SESSION_REDIS: {}", error.what()));
    }
#endif
}

} // namespace

std::unique_ptr<cache::Cache> strict_cache(CacheSettings settings) {
    settings.options.erase("IGNORE_EXCEPTIONS");
    settings.options.erase("ignore_exc");
    return cache::make_cache(settings);
}

StoreReport check_stores(const Settings& settings) {
    StoreReport report;
    const SessionPlace place = session_place(settings.session_engine);
    const bool in_cache = keeps_sessions_in_a_cache(settings.session_engine);
    for (const auto& [alias, entry] : settings.caches) {
        if (cache::is_in_a_server(entry.backend)) {
            const bool sessions = in_cache && alias == settings.session_cache_alias;
            check_cache(alias, entry, sessions || alias == "default", report);
            if (alias == "default" && embed::throttles_passwords(settings)) {
                check_counts(entry, report);
            }
        }
    }
    if (in_cache) {
        const auto entry = settings.caches.find(settings.session_cache_alias);
        if (entry == settings.caches.end() || !cache::is_in_a_server(entry->second.backend)) {
            report.warnings.push_back(fmt::format(
                "SESSION_ENGINE keeps sessions in CACHES.{}, which is no server: no other process "
                "sees them",
                settings.session_cache_alias
            ));
        }
    } else if (place == SessionPlace::files) {
        check_folder(settings, report);
    } else if (place == SessionPlace::redis) {
        check_session_redis(settings, report);
    }
    return report;
}

} // namespace drf_messages::cli
