// SPDX-License-Identifier: MIT
#pragma once

#include "schema/access.hpp"

namespace drf_messages::schema {

/// What an account lacks.
struct Lacking {
    std::vector<Need> needs;
    std::vector<std::string> sequences; ///< of PostgreSQL
    std::string hidden_schema; ///< of PostgreSQL, where our tables are; it may not look into it
};

std::string_view privilege_name(Privilege privilege);

// ---- PostgreSQL
Lacking lacking_on_postgresql(sql::Connection& connection, std::span<const Need> needs);
std::string postgresql_account(sql::Connection& connection);
/// "auth_user", or with quotes where the name needs them.
std::string postgresql_name(const std::string& name);
/// A table as anybody can name it, whatever his search path: "auth_user", "site.auth_user".
std::string postgresql_table(sql::Connection& connection, const std::string& table);
std::optional<Refusal> postgresql_write_refusal(sql::Connection& connection);

// ---- MariaDB and MySQL
Lacking lacking_on_mariadb(sql::Connection& connection, std::span<const Need> needs);
/// "'ann'@'%'"
std::string mariadb_account(sql::Connection& connection);
/// A name in the current database: "site.auth_user".
std::string mariadb_table(sql::Connection& connection, const std::string& table);
std::string mariadb_name(const std::string& name);
std::optional<Refusal> mariadb_write_refusal(sql::Connection& connection);

} // namespace drf_messages::schema
