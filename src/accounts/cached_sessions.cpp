// SPDX-License-Identifier: MIT
#include "accounts/cached_sessions.hpp"

#include "cache/make_cache.hpp"
#include "django/python_value.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace drf_messages::accounts {
namespace {

/// The default cache is there without a setting, as in Django.
CacheSettings cache_settings(const Settings& settings) {
    const auto found = settings.caches.find(settings.session_cache_alias);
    return found == settings.caches.end() ? CacheSettings{} : found->second;
}

bool is_session(const boost::json::value& value) {
    return value.is_object() && django::python_value(value.get_object()) == nullptr;
}

} // namespace

cache::Cache& session_cache(const Settings& settings, const SessionCaches& caches) {
    if (caches.cache == nullptr) {
        throw std::invalid_argument(
            fmt::format("SESSION_CACHE_ALIAS: CACHES has no \"{}\"", settings.session_cache_alias)
        );
    }
    return *caches.cache;
}

CachedSessions::CachedSessions(
    const Settings& settings, cache::Cache& cache, std::string_view prefix
)
    : cache_(cache), alias_(settings.session_cache_alias), settings_(cache_settings(settings)),
      codec_(settings_), prefix_(prefix) {}

std::string CachedSessions::cache_key(std::string_view key) const {
    return fmt::format("{}{}", prefix_, key);
}

cache::Entry CachedSessions::entry(const boost::json::object& session) const {
    django::CacheBytes encoded = codec_.encode(session);
    return {std::move(encoded.bytes), encoded.flags};
}

std::optional<boost::json::object> CachedSessions::get(std::string_view key) {
    if (!is_plain_session_key(key)) {
        return std::nullopt;
    }
    const std::optional<cache::Entry> found = cache_.get(cache_key(key));
    if (!found) {
        return std::nullopt;
    }
    std::optional<boost::json::value> value = codec_.decode(found->bytes, found->flags);
    if (!value || value->is_null()) {
        return std::nullopt;
    }
    if (!is_session(*value)) {
        return boost::json::object();
    }
    return std::move(value->get_object());
}

CachedSessions::Explained CachedSessions::explain(std::string_view key, InspectionSteps& steps) {
    if (!cache::is_in_a_server(settings_.backend)) {
        steps.note(fmt::format(
            "CACHES.{} is no server: what another process puts into it is never seen here", alias_
        ));
    }
    std::optional<cache::Entry> found;
    try {
        found = cache_.get(cache_key(key));
    } catch (const cache::Error& error) {
        stop(error, steps);
        return {Entry::unavailable, {}, {}};
    }
    if (!found) {
        return {Entry::absent, {}, {}};
    }
    std::optional<boost::json::value> value = codec_.decode(found->bytes, found->flags);
    if (value && is_session(*value)) {
        steps.found(fmt::format("{} has it", name()));
        return {Entry::session, std::move(value->get_object()), {}};
    }
    const bool unreadable = !value || value->is_null();
    return {
        unreadable ? Entry::unreadable : Entry::no_dictionary,
        {},
        fmt::format(
            "{} has {} bytes for it, which are no session as its BACKEND writes them: BACKEND, or "
            "SERIALIZER or COMPRESSOR of its OPTIONS, is another one where it was made, or they "
            "are broken",
            name(),
            found->bytes.size()
        )};
}

CachedSessions::Elsewhere CachedSessions::note_sessions_of(
    std::string_view engine, std::string_view prefix, std::string_view key, InspectionSteps& steps
) {
    try {
        if (!cache_.get(fmt::format("{}{}", prefix, key))) {
            return Elsewhere::nowhere;
        }
    } catch (const cache::Error& error) {
        stop(error, steps);
        return Elsewhere::unavailable;
    }
    steps.note(fmt::format(
        "the cache has it as a session of {}: that is SESSION_ENGINE where it was made", engine
    ));
    return Elsewhere::here;
}

void CachedSessions::stop(const cache::Error& error, InspectionSteps& steps) const {
    steps.stop(fmt::format("CACHES.{}: {}; requests are answered with 503", alias_, error.what()));
}

std::string CachedSessions::name() const {
    return fmt::format(
        "CACHES.{} (KEY_PREFIX \"{}\", VERSION {})", alias_, settings_.key_prefix, settings_.version
    );
}

void CachedSessions::set(
    std::string_view key, const boost::json::object& session, std::chrono::seconds age
) {
    if (is_plain_session_key(key)) {
        cache_.set(cache_key(key), entry(session), age);
    }
}

bool CachedSessions::add(
    std::string_view key, const boost::json::object& session, std::chrono::seconds age
) {
    if (!is_plain_session_key(key)) {
        return false;
    }
    // One that has ended is stored nowhere, and nobody else has its key.
    return age.count() <= 0 || cache_.add(cache_key(key), entry(session), age);
}

bool CachedSessions::replace(
    std::string_view key, const boost::json::object& session, std::chrono::seconds age
) {
    if (!is_plain_session_key(key)) {
        return false;
    }
    if (age.count() <= 0) {
        return cache_.remove(cache_key(key));
    }
    const cache::Entry after = entry(session);
    return update(key, age, [&](const cache::Entry&) { return after; });
}

bool CachedSessions::touch(std::string_view key, std::chrono::seconds age) {
    if (!is_plain_session_key(key)) {
        return false;
    }
    if (age.count() <= 0) {
        return cache_.remove(cache_key(key));
    }
    return update(key, age, [](const cache::Entry& before) { return before; });
}

bool CachedSessions::update(
    std::string_view key,
    std::chrono::seconds age,
    const std::function<cache::Entry(const cache::Entry&)>& change
) {
    bool found = false;
    cache_.update(
        cache_key(key),
        age,
        [&](const std::optional<cache::Entry>& before) -> std::optional<cache::Entry> {
            found = before.has_value();
            return found ? std::optional(change(*before)) : std::nullopt;
        }
    );
    return found;
}

void CachedSessions::remove(std::string_view key) {
    if (is_plain_session_key(key)) {
        cache_.remove(cache_key(key));
    }
}

} // namespace drf_messages::accounts
