// SPDX-License-Identifier: MIT
#include "schema/indexes.hpp"

#include "sql/error.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

namespace drf_messages::schema {

namespace {

using drf_messages::sql::Connection;
using drf_messages::sql::Dialect;
using drf_messages::sql::Row;
using drf_messages::sql::Value;

/// Django's, for the foreign key on the user.
constexpr std::string_view user_index_mariadb =
    "drf_messages_message_user_id_5cc538ca_fk_auth_user_id";

constexpr sql::Statement select_index_postgresql = {
    "select_index",
    "SELECT i.indisvalid FROM pg_catalog.pg_index i"
    " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relname = ? AND i.indrelid = 'drf_messages_message'::regclass"};

constexpr sql::Statement select_index_mariadb = {
    "select_index",
    "SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()"
    " AND table_name = 'drf_messages_message' AND index_name = ?"};

void run(Connection& connection, const Index& index, const std::string& text) {
    connection.run_script({index.name, text});
}

void create_on_sqlite(Connection& connection, const Index& index) {
    run(connection,
        index,
        fmt::format(
            "CREATE INDEX \"{}\" ON \"drf_messages_message\" ({})", index.name, index.columns
        ));
}

void create_on_postgresql(Connection& connection, const Index& index) {
    const std::array<Value, 1> name{index.name};
    const std::optional<bool> valid =
        query_one(connection, select_index_postgresql, name, [](const Row& row) {
            return row.boolean(0);
        });
    if (valid == false) {
        run(connection, index, fmt::format("DROP INDEX CONCURRENTLY {}", index.name));
    }
    if (valid != true) {
        run(connection,
            index,
            fmt::format(
                "CREATE INDEX CONCURRENTLY {} ON drf_messages_message ({})",
                index.name,
                index.columns
            ));
    }
}

bool exists_on_mariadb(Connection& connection, std::string_view index) {
    const std::array<Value, 1> name{index};
    const auto columns = query_one(connection, select_index_mariadb, name, [](const Row& row) {
        return row.integer(0);
    });
    return columns.value_or(0) > 0;
}

void create_on_mariadb(Connection& connection, std::span<const Index> indexes) {
    std::string changes;
    for (const Index& index : indexes) {
        if (!exists_on_mariadb(connection, index.name)) {
            changes += fmt::format(", ADD INDEX `{}` ({})", index.name, index.columns);
        }
    }
    if (changes.empty()) {
        return;
    }
    if (exists_on_mariadb(connection, user_index_mariadb)) {
        // An index that somebody asked for is not dropped automatically.
        changes =
            fmt::format(", DROP INDEX `{0}`, ADD INDEX `{0}` (`user_id`)", user_index_mariadb) +
            changes;
    }
    const std::string alter = "ALTER TABLE `drf_messages_message`" + changes.substr(1);
    try {
        run(connection, indexes.front(), alter + ", ALGORITHM=INPLACE, LOCK=NONE");
    } catch (const sql::Error& error) {
        if (error.kind() != sql::ErrorKind::not_supported) {
            throw;
        }
        run(connection, indexes.front(), alter);
    }
}

} // namespace

void create_indexes(sql::Connection& connection, std::span<const Index> indexes) {
    switch (connection.dialect()) {
    case Dialect::sqlite:
        for (const Index& index : indexes) {
            create_on_sqlite(connection, index);
        }
        break;
    case Dialect::postgresql:
        for (const Index& index : indexes) {
            create_on_postgresql(connection, index);
        }
        break;
    case Dialect::mariadb:
        create_on_mariadb(connection, indexes);
        break;
    }
}

} // namespace drf_messages::schema
