// SPDX-License-Identifier: MIT
#include "schema/feed.hpp"
#include "schema/feed_parts.hpp"

#include <fmt/format.h>

namespace drf_messages::schema {
namespace {

// Every program that opens the file parses all of it, so this is the SQL of SQLite 3.9: Python may
// bring an old library.

constexpr std::string_view create_change =
    R"sql(CREATE TABLE IF NOT EXISTS "{0}" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" {1} NULL, "session_key" {2} NULL, "message_id" bigint NULL, "kind" smallint NOT NULL, "at" bigint NOT NULL DEFAULT ({3})))sql";
constexpr std::string_view create_feed =
    R"sql(CREATE TABLE IF NOT EXISTS "{0}" ("position" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" {1} NOT NULL, "session_key" {2} NULL, "message_id" bigint NULL, "kind" smallint NOT NULL, "at" bigint NOT NULL DEFAULT ({3})))sql";
constexpr std::string_view create_feed_index =
    R"sql(CREATE INDEX IF NOT EXISTS "{0}_user" ON "{0}" ("user_id", "position"))sql";
constexpr std::string_view create_info =
    R"sql(CREATE TABLE IF NOT EXISTS "{0}" ("id" integer NOT NULL PRIMARY KEY, "epoch" varchar(16) NOT NULL, "position" bigint NOT NULL, "trimmed_to" bigint NOT NULL, "holder" varchar(64) NULL, "held_until" bigint NULL, "source" varchar(128) NULL))sql";

constexpr std::string_view insert_feed =
    R"sql(INSERT INTO "drf_messages_server_feed" ("user_id", "session_key", "message_id", "kind"))sql";

/// The last row of the feed, if it is about a tag's message, and that was there. Costs the same
/// however long the feed is.
constexpr std::string_view last_row =
    R"sql( FROM "drf_messages_server_feed" WHERE "position" = (SELECT MAX("position") FROM "drf_messages_server_feed") AND "kind" <> 3 AND "message_id" = {0}."message_id")sql";

FeedPart trigger(
    std::string_view name, std::string_view when, std::string_view on, const std::string& body
) {
    return {
        FeedPart::Kind::trigger,
        name,
        on,
        {fmt::format(R"sql(DROP TRIGGER IF EXISTS "{}")sql", name),
         fmt::format(
             R"sql(CREATE TRIGGER "{}" AFTER {} ON "{}" BEGIN{} END)sql", name, when, on, body
         )}};
}

std::string note_tag(std::string_view row, std::string_view condition = "") {
    return fmt::format(
        R"sql( INSERT INTO "drf_messages_server_change" ("message_id", "kind") SELECT {0}."message_id", 2 WHERE NOT EXISTS (SELECT 1{1}){2};)sql"
        R"sql( {3} SELECT "user_id", "session_key", "message_id", 2{1}{2};)sql",
        row,
        fmt::format(fmt::runtime(last_row), row),
        condition,
        insert_feed
    );
}

} // namespace

FeedParts feed_parts_sqlite(const FeedColumns& columns) {
    const std::string_view clock = feed_clock(sql::Dialect::sqlite);
    const auto table = [&](std::string_view name, std::string_view text) {
        return fmt::format(fmt::runtime(text), name, columns.user_id, columns.session_key, clock);
    };
    const std::string created = fmt::format(
        R"sql( {} VALUES (NEW."user_id", NEW."session_key", NEW."id", 1);)sql", insert_feed
    );
    const std::string deleted = fmt::format(
        R"sql( {} VALUES (OLD."user_id", OLD."session_key", OLD."id", 3);)sql", insert_feed
    );
    const std::string moved =
        R"sql(OLD."user_id" IS NOT NEW."user_id" OR OLD."id" IS NOT NEW."id")sql";
    const std::string changed = fmt::format(
        R"sql( {0} SELECT OLD."user_id", OLD."session_key", OLD."id", 3 WHERE {1};)sql"
        R"sql( {0} SELECT NEW."user_id", CASE WHEN OLD."session_key" IS NEW."session_key" THEN NEW."session_key" END, NEW."id", CASE WHEN {1} THEN 1 ELSE 2 END;)sql",
        insert_feed,
        moved
    );
    using Kind = FeedPart::Kind;
    return {
        {Kind::table, change_table, "", {table(change_table, create_change)}},
        {Kind::table,
         feed_table,
         "",
         {table(feed_table, create_feed), table(feed_table, create_feed_index)}},
        {Kind::table, info_table, "", {table(info_table, create_info)}},
        trigger("drf_messages_server_message_created", "INSERT", message_table_name, created),
        trigger("drf_messages_server_message_changed", "UPDATE", message_table_name, changed),
        trigger("drf_messages_server_message_deleted", "DELETE", message_table_name, deleted),
        trigger("drf_messages_server_tag_created", "INSERT", tag_table_name, note_tag("NEW")),
        trigger(
            "drf_messages_server_tag_changed",
            "UPDATE",
            tag_table_name,
            note_tag("OLD", R"sql( AND OLD."message_id" IS NOT NEW."message_id")sql") +
                note_tag("NEW")
        ),
        trigger("drf_messages_server_tag_deleted", "DELETE", tag_table_name, note_tag("OLD")),
    };
}

} // namespace drf_messages::schema
