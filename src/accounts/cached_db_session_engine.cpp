// SPDX-License-Identifier: MIT
#include "accounts/cached_sessions.hpp"
#include "accounts/session_engines.hpp"
#include "accounts/session_expiry.hpp"
#include "accounts/session_explanation.hpp"
#include "accounts/session_text.hpp"
#include "django/pickle.hpp"
#include "sql/transaction.hpp"
#include "store/session_store.hpp"

#include <fmt/format.h>

#include <utility>

namespace drf_messages::accounts {
namespace {

/// Sessions in the table django_session and in a cache that is asked first:
/// django.contrib.sessions.backends.cached_db.
class CachedDatabaseSessionEngine final : public SessionEngine {
public:
    CachedDatabaseSessionEngine(const Settings& settings, Clock clock, const SessionCaches& caches)
        : rows_(make_database_session_engine(settings, clock, caches)),
          cached_(settings, session_cache(settings, caches), cached_db_sessions_prefix),
          text_(settings, clock), clock_(std::move(clock)) {}

    std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) override {
        if (auto session = cached_.get(key)) {
            return LoadedSession{std::move(*session)};
        }
        if (!fits_session_column(key)) {
            return std::nullopt;
        }
        sql::Connection& database = connection();
        const Timestamp now = clock_();
        const auto stored = store::select_stored_session(database, key, now);
        if (!stored) {
            return std::nullopt;
        }
        LoadedSession session{text_.decode(stored->session_data)};
        if (!django::skipped_classes(session.data.read()).empty()) {
            return session; // Django fills the cache with what we do not build
        }
        cached_.set(key, session.data.read(), seconds_until(stored->expire_date, now));
        // Whoever logged out between our two looks has emptied the cache before we filled it:
        // without the second look the session would live on there.
        const auto still_stored = store::select_stored_session(database, key, now);
        if (still_stored != stored) {
            cached_.remove(key);
        }
        if (!still_stored) {
            return std::nullopt;
        }
        return session;
    }

    std::optional<boost::json::object> explain(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) override {
        if (!explain_key(key, steps)) {
            return std::nullopt;
        }
        const CachedSessions::Explained cached = cached_.explain(key, steps);
        switch (cached.entry) {
        case CachedSessions::Entry::unavailable:
            return std::nullopt;
        case CachedSessions::Entry::session:
            return cached.session;
        case CachedSessions::Entry::no_dictionary:
            steps.stop(cached.not_read);
            return std::nullopt;
        case CachedSessions::Entry::unreadable:
            steps.note(cached.not_read);
            return rows_->explain(connection, key, steps);
        case CachedSessions::Entry::absent:
            break;
        }
        steps.found(fmt::format("{} does not have it; next is the table", cached_.name()));
        if (cached_.note_sessions_of("cache", cache_sessions_prefix, key, steps) ==
            CachedSessions::Elsewhere::unavailable) {
            return std::nullopt;
        }
        auto session = rows_->explain(connection, key, steps);
        if (session) {
            steps.note("only the table has it, though Django fills the cache at every login: where "
                       "CACHES (LOCATION, KEY_PREFIX, VERSION) is another one there, whoever logs "
                       "out there stays known here");
        }
        return session;
    }

    std::optional<std::string> save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override {
        if (must_create) {
            const auto saved = rows_->save(connection, key, data, expiry, true);
            if (saved) {
                cached_.set(key, data, expiry.age);
            }
            return saved;
        }
        // The row is locked while the cache is written, so that whoever deletes it empties the
        // cache after us.
        return sql::transact(connection(), [&] {
            const auto saved = rows_->save(connection, key, data, expiry, false);
            if (saved) {
                cached_.set(key, data, expiry.age);
            }
            return saved;
        });
    }

    std::optional<std::string> touch(
        const ConnectionSource& connection, std::string_view key, const SessionExpiry& expiry
    ) override {
        return sql::transact(connection(), [&] {
            auto touched = rows_->touch(connection, key, expiry);
            if (touched) {
                cached_.touch(key, expiry.age);
            }
            return touched;
        });
    }

    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override {
        // Once before, since a cache that does not respond must stop us while nothing is lost yet,
        // and once after, since until then somebody could read the row into it again.
        cached_.remove(key);
        rows_->remove(connection, key, successor);
        cached_.remove(key);
    }

    std::optional<std::int64_t> count_expired(const ConnectionSource& connection) override {
        return rows_->count_expired(connection);
    }

    /// Of the table: what is in the cache vanishes by itself.
    std::int64_t clear_expired(
        const ConnectionSource& connection, std::int64_t batch, const Progress& progress
    ) override {
        return rows_->clear_expired(connection, batch, progress);
    }

private:
    std::unique_ptr<SessionEngine> rows_;
    CachedSessions cached_;
    SessionText text_;
    Clock clock_;
};

} // namespace

std::unique_ptr<SessionEngine>
make_cached_db_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches) {
    return std::make_unique<CachedDatabaseSessionEngine>(settings, std::move(clock), caches);
}

} // namespace drf_messages::accounts
