// SPDX-License-Identifier: MIT
#include "schema/feed_catalog.hpp"

#include "model/epoch.hpp"
#include "schema/feed.hpp"
#include "sql/error.hpp"

#include <fmt/format.h>

namespace drf_messages::schema {
namespace {

using sql::Connection;
using sql::Dialect;
using sql::Row;

// A writer that waits for us as well is never taken for a deadlock by PostgreSQL, which looks for
// one after a second.
constexpr FeedQuestions questions[] = {
    {"SELECT '', name, type FROM pragma_table_info('drf_messages_message')"
     " WHERE name IN ('user_id', 'session_key')",
     "SELECT name FROM sqlite_master WHERE type = 'table'"
     " OR type = 'trigger' AND tbl_name IN ('drf_messages_message', 'drf_messages_messagetag')",
     "lower(hex(randomblob(5)))",
     "",
     "",
     ""},
    {"SELECT quote_ident(n.nspname), a.attname::text, format_type(a.atttypid, a.atttypmod) ||"
     " CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || quote_ident(s.nspname) ||"
     " '.' || quote_ident(o.collname) ELSE '' END"
     " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
     " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid"
     " LEFT JOIN pg_collation o ON o.oid = a.attcollation"
     " LEFT JOIN pg_namespace s ON s.oid = o.collnamespace"
     " WHERE a.attrelid = to_regclass('drf_messages_message')"
     " AND a.attname IN ('user_id', 'session_key') AND NOT a.attisdropped",
     "SELECT f.relname::text FROM pg_class f JOIN pg_class m ON m.relnamespace = f.relnamespace"
     " WHERE m.oid = to_regclass('drf_messages_message') AND f.relkind IN ('r', 'p')"
     " UNION ALL SELECT t.tgname::text FROM pg_trigger t WHERE NOT t.tgisinternal"
     " AND t.tgrelid IN (to_regclass('drf_messages_message'),"
     " to_regclass('drf_messages_messagetag')) AND t.tgenabled IN ('O', 'A')",
     "substr(md5(random()::text || clock_timestamp()::text), 1, 10)",
     "SET LOCAL lock_timeout = '500ms'",
     "",
     "SELECT pg_total_relation_size('drf_messages_server_change')"
     " + pg_total_relation_size('drf_messages_server_feed')"},
    {"SELECT '', column_name, CONCAT(column_type, IF(character_set_name IS NULL, '',"
     " CONCAT(' CHARACTER SET ', character_set_name, ' COLLATE ', collation_name)))"
     " FROM information_schema.columns WHERE table_schema = DATABASE()"
     " AND table_name = 'drf_messages_message' AND column_name IN ('user_id', 'session_key')",
     "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
     " UNION ALL SELECT trigger_name FROM information_schema.triggers"
     " WHERE event_object_schema = DATABASE()"
     " AND event_object_table IN ('drf_messages_message', 'drf_messages_messagetag')",
     "LEFT(MD5(UUID()), 10)",
     "SET @drf_messages_wait = @@SESSION.lock_wait_timeout, SESSION lock_wait_timeout = 1",
     "SET SESSION lock_wait_timeout = @drf_messages_wait",
     "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED)"
     " FROM information_schema.tables WHERE table_schema = DATABASE()"
     " AND table_name IN ('drf_messages_server_change', 'drf_messages_server_feed')"},
};

/// MariaDB hides triggers from an account without the privilege TRIGGER, but not whether there is
/// one of a name.
bool is_hidden_trigger(Connection& connection, std::string_view name) {
    try {
        connection.run_script({"look for a trigger", fmt::format("SHOW CREATE TRIGGER {}", name)});
        return true;
    } catch (const sql::Error& error) {
        if (error.kind() == sql::ErrorKind::connection_lost) {
            throw;
        }
        return error.kind() == sql::ErrorKind::denied;
    }
}

/// Who may not look takes it for there: another question says what he may not.
bool has_epoch(Connection& connection) {
    constexpr sql::Statement select{
        "look for an epoch", "SELECT i.epoch FROM drf_messages_server_info i"};
    const auto is_there = [](const Row& row) { return is_epoch(row.text(0)); };
    try {
        return sql::query_one(connection, select, {}, is_there).value_or(false);
    } catch (const sql::Error& error) {
        if (error.kind() == sql::ErrorKind::denied) {
            return true;
        }
        throw;
    }
}

std::string drop(const FeedPart& part, const FeedColumns& columns) {
    switch (part.kind) {
    case FeedPart::Kind::table:
        return fmt::format("DROP TABLE IF EXISTS {}", named(columns, part.name));
    case FeedPart::Kind::function:
        return fmt::format("DROP FUNCTION IF EXISTS {}()", named(columns, part.name));
    case FeedPart::Kind::trigger:
        break;
    }
    return columns.schema.empty()
               ? fmt::format("DROP TRIGGER IF EXISTS {}", part.name)
               : fmt::format("DROP TRIGGER IF EXISTS {} ON {}", part.name, named(columns, part.on));
}

} // namespace

std::string_view feed_clock(Dialect dialect) {
    switch (dialect) {
    case Dialect::sqlite:
        return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
    case Dialect::postgresql:
        return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)";
    case Dialect::mariadb: // whatever the session's time zone
        return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000";
    }
    return {};
}

const FeedQuestions& feed_questions(const Connection& connection) {
    return questions[static_cast<std::size_t>(connection.dialect())];
}

FeedColumns feed_columns(Connection& connection) {
    FeedColumns columns;
    const std::string_view text = feed_questions(connection).columns;
    connection.query({"select columns of messages", text}, {}, [&](const Row& row) {
        columns.schema = row.text(0);
        (row.text(1) == "user_id" ? columns.user_id : columns.session_key) = row.text(2);
    });
    return columns;
}

FeedParts feed_parts(Dialect dialect, const FeedColumns& columns, const std::string& definer) {
    switch (dialect) {
    case Dialect::sqlite:
        return feed_parts_sqlite(columns);
    case Dialect::postgresql:
        return feed_parts_postgresql(columns);
    case Dialect::mariadb:
        return feed_parts_mariadb(columns, definer);
    }
    return {};
}

std::string named(const FeedColumns& columns, std::string_view name) {
    return columns.schema.empty() ? std::string(name) : fmt::format("{}.{}", columns.schema, name);
}

std::string forget_epoch(const FeedColumns& columns) {
    return fmt::format("DELETE FROM {}", named(columns, info_table));
}

std::string insert_epoch(const FeedColumns& columns, std::string_view epoch) {
    return fmt::format(
        "INSERT INTO {} (id, epoch, position, trimmed_to)"
        " SELECT 1, {}, COALESCE(MAX(position), 0), 0 FROM {}",
        named(columns, info_table),
        epoch,
        named(columns, feed_table)
    );
}

std::vector<std::string> drop_feed(Connection& connection) {
    const FeedColumns columns = feed_columns(connection);
    const FeedParts parts = feed_parts(connection.dialect(), {});
    std::vector<std::string> statements;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        statements.push_back(drop(*part, columns));
    }
    return statements;
}

NameSet existing_feed_parts(Connection& connection) {
    NameSet all;
    const std::string_view text = feed_questions(connection).existing;
    connection.query({"select parts of the feed", text}, {}, [&](const Row& row) {
        all.emplace(row.text(0));
    });
    NameSet existing;
    for (const FeedPart& part : feed_parts(connection.dialect(), {})) {
        const bool hidden = connection.dialect() == Dialect::mariadb &&
                            part.kind == FeedPart::Kind::trigger && all.contains(change_table) &&
                            !all.contains(part.name) && is_hidden_trigger(connection, part.name);
        if (hidden || all.contains(part.name)) {
            existing.emplace(part.name);
        }
    }
    return existing;
}

std::vector<std::string> missing_of_feed(Connection& connection) {
    const auto existing = existing_feed_parts(connection);
    std::vector<std::string> missing;
    for (const FeedPart& part : feed_parts(connection.dialect(), {})) {
        const bool is_there =
            existing.contains(part.name) && (part.name != info_table || has_epoch(connection));
        if (part.kind != FeedPart::Kind::function && !is_there) {
            missing.emplace_back(part.name);
        }
    }
    return missing;
}

bool has_part_of_feed(Connection& connection) {
    return !existing_feed_parts(connection).empty();
}

} // namespace drf_messages::schema
