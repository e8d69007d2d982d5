// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// SQLite does not look at lengths; there 0012 brings the text of the table up to date.
constexpr DialectSql change{
    .sqlite = "",
    .postgresql = R"sql(ALTER TABLE auth_user ALTER COLUMN email TYPE varchar(254);)sql",
    .mariadb = R"sql(ALTER TABLE `auth_user` MODIFY `email` varchar(254) NOT NULL;)sql"};

} // namespace

std::string auth_0003_alter_user_email_max_length(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
