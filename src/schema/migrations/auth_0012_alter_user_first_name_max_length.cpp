// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// A database that Django left at an earlier migration is brought to the final form; one of ours has
// it already, and is only copied while it is empty.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "new__auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
INSERT INTO "new__auth_user" ("id", "password", "last_login", "is_superuser", "username", "last_name", "email", "is_staff", "is_active", "date_joined", "first_name") SELECT "id", "password", "last_login", "is_superuser", "username", "last_name", "email", "is_staff", "is_active", "date_joined", "first_name" FROM "auth_user";
DROP TABLE "auth_user";
ALTER TABLE "new__auth_user" RENAME TO "auth_user";
)sql",
    .postgresql = R"sql(ALTER TABLE auth_user ALTER COLUMN first_name TYPE varchar(150);)sql",
    .mariadb = R"sql(ALTER TABLE `auth_user` MODIFY `first_name` varchar(150) NOT NULL;)sql"};

} // namespace

std::string auth_0012_alter_user_first_name_max_length(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
