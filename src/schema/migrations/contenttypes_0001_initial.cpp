// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// In its final form, but for the column that 0002 drops on MariaDB: Django's steps in between are
// of use to nobody. On SQLite the text is what sqlite_master keeps, so its spacing is Django's.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
)sql",
    .postgresql = R"sql(
CREATE TABLE django_content_type (
    id serial NOT NULL,
    app_label varchar(100) NOT NULL,
    model varchar(100) NOT NULL,
    CONSTRAINT django_content_type_pkey PRIMARY KEY (id),
    CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model)
);
)sql",
    .mariadb = R"sql(
CREATE TABLE `django_content_type` (
    `id` integer NOT NULL AUTO_INCREMENT,
    `name` varchar(100) NOT NULL,
    `app_label` varchar(100) NOT NULL,
    `model` varchar(100) NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `django_content_type_app_label_model_76bd3d3b_uniq` (`app_label`,`model`)
);
)sql"};

} // namespace

std::string contenttypes_0001_initial(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
