// SPDX-License-Identifier: MIT
#include "schema/feed.hpp"
#include "schema/feed_parts.hpp"

#include <fmt/format.h>

namespace drf_messages::schema {
namespace {

// {0}: schema with a dot, {1}: type of user_id, {2}: of session_key, {3}: the clock.
// `change` is a queue: what is deleted from it has to be cleared away often, however long it is.
constexpr std::string_view create_change = R"sql(
CREATE TABLE IF NOT EXISTS {0}drf_messages_server_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id {1} NULL,
    session_key {2} NULL,
    message_id bigint NULL,
    kind smallint NOT NULL,
    at bigint NOT NULL DEFAULT ({3})
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500))sql";
constexpr std::string_view create_change_index =
    "CREATE INDEX IF NOT EXISTS drf_messages_server_change_user"
    " ON {0}drf_messages_server_change (user_id)";
constexpr std::string_view create_feed = R"sql(
CREATE TABLE IF NOT EXISTS {0}drf_messages_server_feed (
    position bigint PRIMARY KEY,
    user_id {1} NOT NULL,
    session_key {2} NULL,
    message_id bigint NULL,
    kind smallint NOT NULL,
    at bigint NOT NULL DEFAULT ({3})
))sql";
constexpr std::string_view create_feed_index =
    "CREATE INDEX IF NOT EXISTS drf_messages_server_feed_user"
    " ON {0}drf_messages_server_feed (user_id, position)";
constexpr std::string_view create_info = R"sql(
CREATE TABLE IF NOT EXISTS {0}drf_messages_server_info (
    id integer PRIMARY KEY,
    epoch varchar(16) NOT NULL,
    position bigint NOT NULL,
    trimmed_to bigint NOT NULL,
    holder varchar(64) NULL,
    held_until bigint NULL,
    source varchar(128) NULL
))sql";

// Whoever writes Django's tables needs no right on ours: the functions have their owner's rights,
// and so a search path that nobody can turn to tables of his own.
//
// A plan for the rows of a statement is kept for statements with many more or fewer. So none of
// them joins these rows with each other, and each message of a tag is looked up by its key (OFFSET
// 0 keeps the planner from anything else).
constexpr std::string_view create_message_function = R"sql(
CREATE OR REPLACE FUNCTION {0}drf_messages_server_note_messages() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $feed$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO {0}drf_messages_server_change (user_id, session_key, message_id, kind)
        SELECT r.user_id, r.session_key, r.id, 1 FROM new_rows r;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO {0}drf_messages_server_change (user_id, session_key, message_id, kind)
        SELECT r.user_id,
            CASE WHEN min(r.session_key) = max(r.session_key)
                AND count(r.session_key) = count(*) THEN min(r.session_key) END,
            r.id,
            CASE WHEN bool_and(r.is_new) THEN 1 WHEN bool_or(r.is_new) THEN 2 ELSE 3 END
        FROM (SELECT o.user_id, o.session_key, o.id, false AS is_new FROM old_rows o
            UNION ALL SELECT n.user_id, n.session_key, n.id, true FROM new_rows n) r
        GROUP BY r.user_id, r.id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO {0}drf_messages_server_change (user_id, session_key, message_id, kind)
        SELECT r.user_id, r.session_key, r.id, 3 FROM old_rows r;
    ELSE
        INSERT INTO {0}drf_messages_server_change (kind) VALUES (9);
    END IF;
    RETURN NULL;
END
$feed$)sql";
constexpr std::string_view create_tag_function = R"sql(
CREATE OR REPLACE FUNCTION {0}drf_messages_server_note_tags() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $feed$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO {0}drf_messages_server_change (user_id, session_key, message_id, kind)
        SELECT m.user_id, m.session_key, m.id, 2 FROM (SELECT DISTINCT message_id FROM new_rows) r
        CROSS JOIN LATERAL (SELECT user_id, session_key, id FROM {0}drf_messages_message
            WHERE id = r.message_id OFFSET 0) m;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO {0}drf_messages_server_change (user_id, session_key, message_id, kind)
        SELECT m.user_id, m.session_key, m.id, 2 FROM (SELECT message_id FROM old_rows
            UNION SELECT message_id FROM new_rows) r
        CROSS JOIN LATERAL (SELECT user_id, session_key, id FROM {0}drf_messages_message
            WHERE id = r.message_id OFFSET 0) m;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO {0}drf_messages_server_change (user_id, session_key, message_id, kind)
        SELECT m.user_id, m.session_key, m.id, 2 FROM (SELECT DISTINCT message_id FROM old_rows) r
        CROSS JOIN LATERAL (SELECT user_id, session_key, id FROM {0}drf_messages_message
            WHERE id = r.message_id OFFSET 0) m;
    ELSE
        INSERT INTO {0}drf_messages_server_change (kind) VALUES (9);
    END IF;
    RETURN NULL;
END
$feed$)sql";

/// Only Django's tables are to have triggers with its owner's rights.
constexpr std::string_view keep_function = "REVOKE ALL ON FUNCTION {0}{1}() FROM PUBLIC";

struct Event {
    std::string_view name; ///< behind that of the table
    std::string_view when;
    std::string_view rows;
};

constexpr Event events[] = {
    {"created", "INSERT", "REFERENCING NEW TABLE AS new_rows "},
    {"changed", "UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "},
    {"deleted", "DELETE", "REFERENCING OLD TABLE AS old_rows "},
    {"truncated", "TRUNCATE", ""},
};

struct Watched {
    std::string_view table;
    std::string_view function;
    std::string_view text;
    std::string_view triggers[std::size(events)];
};

constexpr Watched all_watched[] = {
    {message_table_name,
     "drf_messages_server_note_messages",
     create_message_function,
     {"drf_messages_server_message_created",
      "drf_messages_server_message_changed",
      "drf_messages_server_message_deleted",
      "drf_messages_server_message_truncated"}},
    {tag_table_name,
     "drf_messages_server_note_tags",
     create_tag_function,
     {"drf_messages_server_tag_created",
      "drf_messages_server_tag_changed",
      "drf_messages_server_tag_deleted",
      "drf_messages_server_tag_truncated"}},
};

} // namespace

FeedParts feed_parts_postgresql(const FeedColumns& columns) {
    using Kind = FeedPart::Kind;
    const std::string schema = columns.schema + ".";
    const auto text = [&](std::string_view format) {
        return fmt::format(
            fmt::runtime(format),
            schema,
            columns.user_id,
            columns.session_key,
            feed_clock(sql::Dialect::postgresql)
        );
    };
    FeedParts parts = {
        {Kind::table, change_table, "", {text(create_change), text(create_change_index)}},
        {Kind::table, feed_table, "", {text(create_feed), text(create_feed_index)}},
        {Kind::table, info_table, "", {text(create_info)}},
    };
    for (const Watched& watched : all_watched) {
        parts.push_back(
            {Kind::function,
             watched.function,
             "",
             {text(watched.text), fmt::format(keep_function, schema, watched.function)}}
        );
    }
    for (const Watched& watched : all_watched) {
        for (std::size_t i = 0; i < std::size(events); ++i) {
            const std::string on = schema + std::string(watched.table);
            parts.push_back(
                {Kind::trigger,
                 watched.triggers[i],
                 watched.table,
                 {fmt::format("DROP TRIGGER IF EXISTS {} ON {}", watched.triggers[i], on),
                  fmt::format(
                      "CREATE TRIGGER {} AFTER {} ON {} {}FOR EACH STATEMENT EXECUTE PROCEDURE "
                      "{}{}()",
                      watched.triggers[i],
                      events[i].when,
                      on,
                      events[i].rows,
                      schema,
                      watched.function
                  )}}
            );
        }
    }
    return parts;
}

} // namespace drf_messages::schema
