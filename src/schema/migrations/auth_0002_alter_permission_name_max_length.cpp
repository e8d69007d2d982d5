// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// A database that Django left at an earlier migration is brought to the final form; one of ours has
// it already, and is only copied while it is empty.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "new__auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "new__auth_permission" ("id", "content_type_id", "codename", "name") SELECT "id", "content_type_id", "codename", "name" FROM "auth_permission";
DROP TABLE "auth_permission";
ALTER TABLE "new__auth_permission" RENAME TO "auth_permission";
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
)sql",
    .postgresql = R"sql(ALTER TABLE auth_permission ALTER COLUMN name TYPE varchar(255);)sql",
    .mariadb = R"sql(ALTER TABLE `auth_permission` MODIFY `name` varchar(255) NOT NULL;)sql"};

} // namespace

std::string auth_0002_alter_permission_name_max_length(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
