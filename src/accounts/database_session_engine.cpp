// SPDX-License-Identifier: MIT
#include "accounts/database_session_engine.hpp"

#include "sql/transaction.hpp"
#include "store/session_messages.hpp"
#include "store/session_store.hpp"
#include "text/utf8.hpp"

#include <cstddef>
#include <utility>

namespace drf_messages::accounts {
namespace {

constexpr std::size_t key_column_characters = 40;

} // namespace

bool fits_session_column(std::string_view key) {
    return key.find('\0') == std::string_view::npos && text::is_valid_utf8(key) &&
           text::utf8_length(key) <= key_column_characters;
}

DatabaseSessionEngine::DatabaseSessionEngine(const Settings& settings, Clock clock)
    : text_(settings, clock), clock_(std::move(clock)) {}

std::optional<LoadedSession>
DatabaseSessionEngine::load(const ConnectionSource& connection, std::string_view key) {
    if (!fits_session_column(key)) {
        return std::nullopt;
    }
    const std::optional<std::string> stored = store::select_session(connection(), key, clock_());
    if (!stored) {
        return std::nullopt;
    }
    return LoadedSession{text_.decode(*stored)};
}

std::optional<std::string> DatabaseSessionEngine::save(
    const ConnectionSource& connection,
    std::string_view key,
    const boost::json::object& data,
    const SessionExpiry& expiry,
    bool must_create
) {
    if (!fits_session_column(key)) {
        return std::nullopt;
    }
    const std::string encoded = text_.encode(data);
    const bool saved = must_create ? store::insert_session(connection(), key, encoded, expiry.date)
                                   : store::update_session(connection(), key, encoded, expiry.date);
    return saved ? std::optional<std::string>(key) : std::nullopt;
}

void DatabaseSessionEngine::remove(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
) {
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

std::optional<std::int64_t> DatabaseSessionEngine::count_expired(const ConnectionSource& connection
) {
    return store::count_expired_sessions(connection(), clock_());
}

std::int64_t DatabaseSessionEngine::clear_expired(
    const ConnectionSource& connection, std::int64_t batch, const Progress& progress
) {
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

} // namespace drf_messages::accounts
