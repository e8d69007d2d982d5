// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <string>
#include <string_view>

namespace drf_messages::schema {

/// One change, as each database says it.
struct DialectSql {
    std::string_view sqlite;
    std::string_view postgresql;
    std::string_view mariadb;

    std::string in(sql::Dialect dialect) const;
};

// The migrations that change tables, one file each.
std::string contenttypes_0001_initial(sql::Dialect dialect);
std::string auth_0001_initial(sql::Dialect dialect);
std::string authtoken_0001_initial(sql::Dialect dialect);
std::string sessions_0001_initial(sql::Dialect dialect);
std::string drf_messages_0001_initial(sql::Dialect dialect);
std::string drf_messages_0002_message_session_key(sql::Dialect dialect);
std::string drf_messages_server_0001_indexes(sql::Dialect dialect);

} // namespace drf_messages::schema
