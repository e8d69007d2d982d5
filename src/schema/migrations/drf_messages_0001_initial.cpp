// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// The tables of release 1.1.0; 0002 brings them up to date.
// On SQLite the text is what sqlite_master keeps, so its spacing is Django's.
constexpr DialectSql change{
    .sqlite = R"sql(
CREATE TABLE "drf_messages_message" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "view" varchar(64) NOT NULL, "message" varchar(1024) NOT NULL, "level" integer NOT NULL, "read_at" datetime NULL, "created" datetime NOT NULL, "session_id" varchar(40) NULL REFERENCES "django_session" ("session_key") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "drf_messages_message_session_id_b952d36a" ON "drf_messages_message" ("session_id");
CREATE INDEX "drf_messages_message_user_id_5cc538ca" ON "drf_messages_message" ("user_id");
CREATE TABLE "drf_messages_messagetag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "text" varchar(128) NOT NULL, "message_id" integer NOT NULL REFERENCES "drf_messages_message" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "drf_messages_messagetag_message_id_385ea221" ON "drf_messages_messagetag" ("message_id");
)sql",
    .postgresql = R"sql(
CREATE TABLE drf_messages_message (
    id serial NOT NULL,
    view varchar(64) NOT NULL,
    message varchar(1024) NOT NULL,
    level integer NOT NULL,
    read_at timestamp with time zone,
    created timestamp with time zone NOT NULL,
    session_id varchar(40),
    user_id integer NOT NULL,
    CONSTRAINT drf_messages_message_pkey PRIMARY KEY (id),
    CONSTRAINT drf_messages_message_session_id_b952d36a_fk_django_se FOREIGN KEY (session_id) REFERENCES django_session(session_key) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT drf_messages_message_user_id_5cc538ca_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES auth_user(id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX drf_messages_message_session_id_b952d36a ON drf_messages_message (session_id);
CREATE INDEX drf_messages_message_session_id_b952d36a_like ON drf_messages_message (session_id varchar_pattern_ops);
CREATE INDEX drf_messages_message_user_id_5cc538ca ON drf_messages_message (user_id);

CREATE TABLE drf_messages_messagetag (
    id serial NOT NULL,
    text varchar(128) NOT NULL,
    message_id integer NOT NULL,
    CONSTRAINT drf_messages_messagetag_pkey PRIMARY KEY (id),
    CONSTRAINT drf_messages_message_message_id_385ea221_fk_drf_messa FOREIGN KEY (message_id) REFERENCES drf_messages_message(id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX drf_messages_messagetag_message_id_385ea221 ON drf_messages_messagetag (message_id);
)sql",
    .mariadb = R"sql(
CREATE TABLE `drf_messages_message` (
    `id` integer NOT NULL AUTO_INCREMENT,
    `view` varchar(64) NOT NULL,
    `message` varchar(1024) NOT NULL,
    `level` integer NOT NULL,
    `read_at` datetime(6) NULL,
    `created` datetime(6) NOT NULL,
    `session_id` varchar(40) NULL,
    `user_id` integer NOT NULL,
    PRIMARY KEY (`id`),
    CONSTRAINT `drf_messages_message_session_id_b952d36a_fk_django_se` FOREIGN KEY (`session_id`) REFERENCES `django_session` (`session_key`),
    CONSTRAINT `drf_messages_message_user_id_5cc538ca_fk_auth_user_id` FOREIGN KEY (`user_id`) REFERENCES `auth_user` (`id`)
);

CREATE TABLE `drf_messages_messagetag` (
    `id` integer NOT NULL AUTO_INCREMENT,
    `text` varchar(128) NOT NULL,
    `message_id` integer NOT NULL,
    PRIMARY KEY (`id`),
    CONSTRAINT `drf_messages_message_message_id_385ea221_fk_drf_messa` FOREIGN KEY (`message_id`) REFERENCES `drf_messages_message` (`id`)
);
)sql"};

} // namespace

std::string drf_messages_0001_initial(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
