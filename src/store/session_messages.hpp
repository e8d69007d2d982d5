// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <span>
#include <string>
#include <string_view>

namespace drf_messages::store {

/// Deletes the messages that carry one of these session keys, whoever their user, with their tags:
/// for sessions that are not in django_session, so that no foreign key leads to them. Run it in a
/// transaction.
void delete_messages_of_session_keys(
    sql::Connection& connection, std::span<const std::string> session_keys
);

/// The messages that were left in one session stay in the one that takes its place. Run it in a
/// transaction.
/// - in_table: whether django_session holds `to`, so that the foreign key can follow.
void move_messages_of_session(
    sql::Connection& connection, std::string_view from, std::string_view to, bool in_table
);

} // namespace drf_messages::store
