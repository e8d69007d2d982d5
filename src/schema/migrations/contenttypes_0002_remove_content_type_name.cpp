// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// A database that Django left at an earlier migration is brought to the final form; one of ours has
// it already (but on MariaDB, where MySQL knows no IF EXISTS here), and is only copied while it is
// empty.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "new__django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "new__django_content_type" ("id", "app_label", "model") SELECT "id", "app_label", "model" FROM "django_content_type";
DROP TABLE "django_content_type";
ALTER TABLE "new__django_content_type" RENAME TO "django_content_type";
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
)sql",
    .postgresql = R"sql(ALTER TABLE django_content_type DROP COLUMN IF EXISTS name;)sql",
    .mariadb = R"sql(ALTER TABLE `django_content_type` DROP COLUMN `name`;)sql"};

} // namespace

std::string contenttypes_0002_remove_content_type_name(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
