// SPDX-License-Identifier: MIT
#include "embed/caches.hpp"

#include "cache/make_cache.hpp"
#include "django/cache_value.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace drf_messages::embed {
namespace {

std::unique_ptr<cache::Cache> make_cache(const std::string& alias, const CacheSettings& settings) {
    try {
        // Sessions and throttles make the same of it, when nobody can be told any more.
        const django::CacheValueCodec codec(settings);
        return cache::make_cache(settings);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("CACHES.{}.{}", alias, error.what()));
    }
}

} // namespace

Caches make_caches(const Settings& settings) {
    Caches caches;
    for (const auto& [alias, cache_settings] : settings.caches) {
        caches.emplace(alias, make_cache(alias, cache_settings));
    }
    if (!caches.contains("default")) {
        caches.emplace("default", make_cache("default", CacheSettings{}));
    }
    return caches;
}

std::unique_ptr<accounts::SessionEngine>
make_session_engine(const Settings& settings, Clock clock, const Caches& caches) {
    accounts::SessionCaches available;
    if (const auto found = caches.find(settings.session_cache_alias); found != caches.end()) {
        available.cache = found->second.get();
    }
    return accounts::make_session_engine(settings, std::move(clock), available);
}

std::vector<std::string> cache_problems(const Settings& settings) {
    std::vector<std::string> problems;
    for (const auto& [alias, cache_settings] : settings.caches) {
        try {
            make_cache(alias, cache_settings);
        } catch (const std::invalid_argument& error) {
            problems.emplace_back(error.what());
        }
    }
    return problems;
}

} // namespace drf_messages::embed
