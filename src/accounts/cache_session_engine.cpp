// SPDX-License-Identifier: MIT
#include "accounts/cached_sessions.hpp"
#include "accounts/session_end.hpp"
#include "accounts/session_engines.hpp"
#include "accounts/session_explanation.hpp"

#include <fmt/format.h>

#include <utility>

namespace drf_messages::accounts {
namespace {

/// Sessions in a cache alone: django.contrib.sessions.backends.cache.
class CacheSessionEngine final : public SessionEngine {
public:
    CacheSessionEngine(const Settings& settings, const SessionCaches& caches)
        : sessions_(settings, session_cache(settings, caches), cache_sessions_prefix) {}

    std::optional<LoadedSession> load(const ConnectionSource&, std::string_view key) override {
        std::optional<boost::json::object> session = sessions_.get(key);
        if (!session) {
            return std::nullopt;
        }
        return LoadedSession{std::move(*session)};
    }

    std::optional<boost::json::object> explain(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) override {
        if (!explain_key(key, steps)) {
            return std::nullopt;
        }
        const CachedSessions::Explained cached = sessions_.explain(key, steps);
        switch (cached.entry) {
        case CachedSessions::Entry::session:
            return cached.session;
        case CachedSessions::Entry::no_dictionary:
        case CachedSessions::Entry::unreadable:
            steps.found(fmt::format("{} has it", sessions_.name()));
            steps.stop(cached.not_read);
            return std::nullopt;
        case CachedSessions::Entry::absent:
            explain_absence(connection, key, steps);
            return std::nullopt;
        case CachedSessions::Entry::unavailable:
            break;
        }
        return std::nullopt;
    }

    std::optional<std::string> save(
        const ConnectionSource&,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override {
        const bool saved = must_create ? sessions_.add(key, data, expiry.age)
                                       : sessions_.replace(key, data, expiry.age);
        return saved ? std::optional<std::string>(key) : std::nullopt;
    }

    std::optional<std::string>
    touch(const ConnectionSource&, std::string_view key, const SessionExpiry& expiry) override {
        return sessions_.touch(key, expiry.age) ? std::optional<std::string>(key) : std::nullopt;
    }

    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override {
        if (!is_plain_session_key(key)) {
            return;
        }
        sessions_.remove(key);
        end_session_in_messages(connection, key, successor);
    }

private:
    void explain_absence(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) {
        switch (sessions_.note_sessions_of("cached_db", cached_db_sessions_prefix, key, steps)) {
        case CachedSessions::Elsewhere::here:
            break;
        case CachedSessions::Elsewhere::nowhere:
            note_table(connection, key, steps);
            break;
        case CachedSessions::Elsewhere::unavailable:
            return;
        }
        steps.stop(fmt::format(
            "{} has no such session: it has expired or whoever had it has logged out, or LOCATION, "
            "its database, KEY_PREFIX or VERSION is another one where it was made",
            sessions_.name()
        ));
    }

    CachedSessions sessions_;
};

} // namespace

std::unique_ptr<SessionEngine>
make_cache_session_engine(const Settings& settings, Clock, const SessionCaches& caches) {
    return std::make_unique<CacheSessionEngine>(settings, caches);
}

} // namespace drf_messages::accounts
