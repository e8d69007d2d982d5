// SPDX-License-Identifier: MIT
#pragma once

#include "schema/indexes.hpp"
#include "sql/connection.hpp"

#include <span>
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
std::string contenttypes_0002_remove_content_type_name(sql::Dialect dialect);
std::string auth_0001_initial(sql::Dialect dialect);
std::string auth_0002_alter_permission_name_max_length(sql::Dialect dialect);
std::string auth_0003_alter_user_email_max_length(sql::Dialect dialect);
std::string auth_0005_alter_user_last_login_null(sql::Dialect dialect);
std::string auth_0008_alter_user_username_max_length(sql::Dialect dialect);
std::string auth_0009_alter_user_last_name_max_length(sql::Dialect dialect);
std::string auth_0010_alter_group_name_max_length(sql::Dialect dialect);
std::string auth_0012_alter_user_first_name_max_length(sql::Dialect dialect);
std::string authtoken_0001_initial(sql::Dialect dialect);
std::string sessions_0001_initial(sql::Dialect dialect);
std::string drf_messages_0001_initial(sql::Dialect dialect);
std::string drf_messages_0002_message_session_key(sql::Dialect dialect);
std::string admin_0001_initial(sql::Dialect dialect);

// Those that make indexes of our own.
std::span<const Index> drf_messages_server_0001_indexes();
std::span<const Index> drf_messages_server_0002_index_for_prune();

} // namespace drf_messages::schema
