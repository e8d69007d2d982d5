// SPDX-License-Identifier: MIT
#include "accounts/session_engines.hpp"
#include "accounts/session_expiry.hpp"
#include "accounts/session_explanation.hpp"
#include "accounts/session_text.hpp"
#include "sql/transaction.hpp"
#include "store/session_messages.hpp"
#include "store/session_store.hpp"

#include <fmt/format.h>

#include <utility>

namespace drf_messages::accounts {
namespace {

/// Sessions in the table django_session: django.contrib.sessions.backends.db.
class DatabaseSessionEngine final : public SessionEngine {
public:
    DatabaseSessionEngine(const Settings& settings, Clock clock)
        : settings_(settings), text_(settings, clock), clock_(std::move(clock)) {}

    std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) override {
        if (!fits_session_column(key)) {
            return std::nullopt;
        }
        const std::optional<std::string> stored =
            store::select_session(connection(), key, clock_());
        if (!stored) {
            return std::nullopt;
        }
        return LoadedSession{text_.decode(*stored)};
    }

    std::optional<boost::json::object> explain(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) override {
        if (!explain_key(key, steps)) {
            return std::nullopt;
        }
        const auto stored = store::select_stored_session(connection(), key, Timestamp{});
        if (!stored) {
            steps.stop(fmt::format(
                "the table django_session has no such session: whoever had it has logged out or it "
                "was cleared, or it is a session of another database than {} or of another "
                "SESSION_ENGINE",
                settings_.database.name
            ));
            return std::nullopt;
        }
        steps.found("the table django_session has it");
        if (!explain_age(seconds_until(stored->expire_date, clock_()), settings_, steps)) {
            return std::nullopt;
        }
        return text_.explain(stored->session_data, steps);
    }

    std::optional<std::string> save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override {
        if (!fits_session_column(key)) {
            return std::nullopt;
        }
        const std::string encoded = text_.encode(data);
        const bool saved = must_create
                               ? store::insert_session(connection(), key, encoded, expiry.date)
                               : store::update_session(connection(), key, encoded, expiry.date);
        return saved ? std::optional<std::string>(key) : std::nullopt;
    }

    std::optional<std::string> touch(
        const ConnectionSource& connection, std::string_view key, const SessionExpiry& expiry
    ) override {
        return fits_session_column(key) &&
                       store::update_session_expiry(connection(), key, expiry.date)
                   ? std::optional<std::string>(key)
                   : std::nullopt;
    }

    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override {
        if (!fits_session_column(key)) {
            return;
        }
        sql::Connection& database = connection();
        sql::transact(database, [&] {
            if (successor) {
                store::move_messages_of_session(database, key, *successor, true);
            }
            store::delete_session(database, key);
        });
    }

    std::optional<std::int64_t> count_expired(const ConnectionSource& connection) override {
        return store::count_expired_sessions(connection(), clock_());
    }

    std::int64_t clear_expired(
        const ConnectionSource& connection, std::int64_t batch, const Progress& progress
    ) override {
        sql::Connection& database = connection();
        const Timestamp now = clock_();
        std::int64_t deleted = 0;
        while (true) {
            const std::int64_t gone = sql::transact(database, [&] {
                return store::delete_expired_sessions(database, now, batch);
            });
            if (gone == 0) {
                return deleted;
            }
            deleted += gone;
            progress(deleted);
        }
    }

private:
    Settings settings_;
    SessionText text_;
    Clock clock_;
};

} // namespace

std::unique_ptr<SessionEngine>
make_database_session_engine(const Settings& settings, Clock clock, const SessionCaches&) {
    return std::make_unique<DatabaseSessionEngine>(settings, std::move(clock));
}

} // namespace drf_messages::accounts
