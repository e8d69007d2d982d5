// SPDX-License-Identifier: MIT
#include "embed/databases/database_identity.hpp"

#include "embed/databases/sqlite_options.hpp"
#include "sql/sqlite/file_access.hpp"

#include <string_view>

namespace drf_messages::embed {
namespace {

constexpr std::string_view postgresql_server =
    "SELECT 'server', concat_ws(' ', pg_postmaster_start_time(), pg_is_in_recovery(),"
    " current_setting('transaction_read_only'), current_database(), current_user,"
    " current_schemas(false))";

/// By names, since no version has all of them.
constexpr std::string_view mariadb_server =
    "SHOW VARIABLES WHERE Variable_name IN ('hostname', 'port', 'socket', 'datadir', 'server_id',"
    " 'server_uuid', 'server_uid', 'read_only', 'super_read_only', 'tx_read_only',"
    " 'transaction_read_only')";

} // namespace

std::string database_identity(const Settings& settings, sql::Connection& connection) {
    if (connection.dialect() == sql::Dialect::sqlite) {
        return sql::file_number(sqlite_options(settings, {}));
    }
    const bool postgresql = connection.dialect() == sql::Dialect::postgresql;
    std::string identity;
    connection.query(
        {"tell the server", postgresql ? postgresql_server : mariadb_server},
        {},
        [&](const sql::Row& row) {
            identity.append(row.text(0)).append("=").append(row.text(1)).append("\n");
        }
    );
    return identity;
}

} // namespace drf_messages::embed
