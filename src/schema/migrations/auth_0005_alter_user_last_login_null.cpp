// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// On SQLite, 0012 copies the table into its final form.
constexpr DialectSql change{
    .sqlite = "",
    .postgresql = R"sql(ALTER TABLE auth_user ALTER COLUMN last_login DROP NOT NULL;)sql",
    .mariadb = R"sql(ALTER TABLE `auth_user` MODIFY `last_login` datetime(6) NULL;)sql"};

} // namespace

std::string auth_0005_alter_user_last_login_null(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
