// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// On SQLite the text is what sqlite_master keeps, so its spacing is Django's.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
)sql",
    .postgresql = R"sql(
CREATE TABLE django_session (
    session_key varchar(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL,
    CONSTRAINT django_session_pkey PRIMARY KEY (session_key)
);
CREATE INDEX django_session_expire_date_a5c62663 ON django_session (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON django_session (session_key varchar_pattern_ops);
)sql",
    .mariadb = R"sql(
CREATE TABLE `django_session` (
    `session_key` varchar(40) NOT NULL,
    `session_data` longtext NOT NULL,
    `expire_date` datetime(6) NOT NULL,
    PRIMARY KEY (`session_key`),
    KEY `django_session_expire_date_a5c62663` (`expire_date`)
);
)sql"};

} // namespace

std::string sessions_0001_initial(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
