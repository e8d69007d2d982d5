// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::store {

/// A row of django_session, without its key.
struct StoredSession {
    std::string session_data;
    Timestamp expire_date;

    friend bool operator==(const StoredSession&, const StoredSession&) = default;
};

/// A session that has not expired at `now`.
std::optional<StoredSession>
select_stored_session(sql::Connection& connection, std::string_view session_key, Timestamp now);

/// django_session.session_data of a session that has not expired at `now`.
std::optional<std::string>
select_session(sql::Connection& connection, std::string_view session_key, Timestamp now);

bool session_exists(sql::Connection& connection, std::string_view session_key);

/// Inserts the session; false when the key already exists.
bool insert_session(
    sql::Connection& connection,
    std::string_view session_key,
    std::string_view session_data,
    Timestamp expire_date
);

/// Updates the session; false when it is gone.
bool update_session(
    sql::Connection& connection,
    std::string_view session_key,
    std::string_view session_data,
    Timestamp expire_date
);

/// Moves its end; false when it is gone.
bool update_session_expiry(
    sql::Connection& connection, std::string_view session_key, Timestamp expire_date
);

/// Deletes the session with its messages and their tags; run it in a transaction.
void delete_session(sql::Connection& connection, std::string_view session_key);

/// `clearsessions`: deletes up to `batch` sessions that have expired at `now`, with their messages
/// and tags. Run it in a transaction, until it returns 0.
std::int64_t
delete_expired_sessions(sql::Connection& connection, Timestamp now, std::int64_t batch);
std::int64_t count_expired_sessions(sql::Connection& connection, Timestamp now);

} // namespace drf_messages::store
