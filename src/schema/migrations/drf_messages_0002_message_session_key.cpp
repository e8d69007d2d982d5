// SPDX-License-Identifier: MIT
#include "schema/migrations/migration_sql.hpp"

namespace drf_messages::schema {

namespace {

// SQLite adds the column by appending to the table's text, which gives the very text that Django's
// copy of the table ends with, at no cost for a large table. The tags' table needs the copy: its
// reference becomes bigint.
constexpr DialectSql change{
    .sqlite = R"sql(
ALTER TABLE "drf_messages_message" ADD COLUMN "session_key" varchar(40) NULL;
CREATE TABLE "new__drf_messages_messagetag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "text" varchar(128) NOT NULL, "message_id" bigint NOT NULL REFERENCES "drf_messages_message" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "new__drf_messages_messagetag" ("id", "text", "message_id") SELECT "id", "text", "message_id" FROM "drf_messages_messagetag";
DROP TABLE "drf_messages_messagetag";
ALTER TABLE "new__drf_messages_messagetag" RENAME TO "drf_messages_messagetag";
CREATE INDEX "drf_messages_messagetag_message_id_385ea221" ON "drf_messages_messagetag" ("message_id");
)sql",
    .postgresql = R"sql(
ALTER TABLE drf_messages_message ADD COLUMN session_key varchar(40) NULL;
ALTER TABLE drf_messages_messagetag DROP CONSTRAINT drf_messages_message_message_id_385ea221_fk_drf_messa;
ALTER TABLE drf_messages_message ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE drf_messages_message_id_seq AS bigint;
ALTER TABLE drf_messages_messagetag ALTER COLUMN id TYPE bigint, ALTER COLUMN message_id TYPE bigint;
ALTER SEQUENCE drf_messages_messagetag_id_seq AS bigint;
ALTER TABLE drf_messages_messagetag ADD CONSTRAINT drf_messages_messagetag_message_id_385ea221_fk FOREIGN KEY (message_id) REFERENCES drf_messages_message(id) DEFERRABLE INITIALLY DEFERRED;
)sql",
    .mariadb = R"sql(
ALTER TABLE `drf_messages_messagetag` DROP FOREIGN KEY `drf_messages_message_message_id_385ea221_fk_drf_messa`, DROP INDEX `drf_messages_message_message_id_385ea221_fk_drf_messa`;
ALTER TABLE `drf_messages_message` ADD COLUMN `session_key` varchar(40) NULL, MODIFY `id` bigint NOT NULL AUTO_INCREMENT;
ALTER TABLE `drf_messages_messagetag` MODIFY `id` bigint NOT NULL AUTO_INCREMENT, MODIFY `message_id` bigint NOT NULL, ADD CONSTRAINT `drf_messages_messagetag_message_id_385ea221_fk` FOREIGN KEY (`message_id`) REFERENCES `drf_messages_message` (`id`);
)sql"};

} // namespace

std::string drf_messages_0002_message_session_key(sql::Dialect dialect) {
    return change.in(dialect);
}

} // namespace drf_messages::schema
