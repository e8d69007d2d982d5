// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// A database that Django left at an earlier migration is brought to the final form; one of ours has
// it already, and is only copied while it is empty.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "new__auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
INSERT INTO "new__auth_group" ("id", "name") SELECT "id", "name" FROM "auth_group";
DROP TABLE "auth_group";
ALTER TABLE "new__auth_group" RENAME TO "auth_group";
)sql",
    .postgresql = R"sql(ALTER TABLE auth_group ALTER COLUMN name TYPE varchar(150);)sql",
    .mariadb = R"sql(ALTER TABLE `auth_group` MODIFY `name` varchar(150) NOT NULL;)sql"};

} // namespace

std::string auth_0010_alter_group_name_max_length(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
