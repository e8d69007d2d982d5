// SPDX-License-Identifier: MIT
#pragma once

#include <mysql.h>

namespace drf_messages::sql::mariadb {

/// libmariadb, opened by the first call. Functions by their own names; throws Error when the
/// library is not there.
struct Libmariadb {
    decltype(&::mariadb_connection) mariadb_connection;
    decltype(&::mariadb_stmt_fetch_fields) mariadb_stmt_fetch_fields;
    decltype(&::mysql_close) mysql_close;
    decltype(&::mysql_errno) mysql_errno;
    decltype(&::mysql_error) mysql_error;
    decltype(&::mysql_free_result) mysql_free_result;
    decltype(&::mysql_get_client_version) mysql_get_client_version;
    decltype(&::mysql_get_socket) mysql_get_socket;
    decltype(&::mysql_get_ssl_cipher) mysql_get_ssl_cipher;
    decltype(&::mysql_init) mysql_init;
    decltype(&::mysql_next_result) mysql_next_result;
    decltype(&::mysql_options) mysql_options;
    decltype(&::mysql_real_connect) mysql_real_connect;
    decltype(&::mysql_real_query) mysql_real_query;
    decltype(&::mysql_server_init) mysql_server_init;
    decltype(&::mysql_stmt_affected_rows) mysql_stmt_affected_rows;
    decltype(&::mysql_stmt_bind_param) mysql_stmt_bind_param;
    decltype(&::mysql_stmt_bind_result) mysql_stmt_bind_result;
    decltype(&::mysql_stmt_close) mysql_stmt_close;
    decltype(&::mysql_stmt_errno) mysql_stmt_errno;
    decltype(&::mysql_stmt_error) mysql_stmt_error;
    decltype(&::mysql_stmt_execute) mysql_stmt_execute;
    decltype(&::mysql_stmt_fetch) mysql_stmt_fetch;
    decltype(&::mysql_stmt_fetch_column) mysql_stmt_fetch_column;
    decltype(&::mysql_stmt_field_count) mysql_stmt_field_count;
    decltype(&::mysql_stmt_free_result) mysql_stmt_free_result;
    decltype(&::mysql_stmt_init) mysql_stmt_init;
    decltype(&::mysql_stmt_insert_id) mysql_stmt_insert_id;
    decltype(&::mysql_stmt_param_count) mysql_stmt_param_count;
    decltype(&::mysql_stmt_prepare) mysql_stmt_prepare;
    decltype(&::mysql_stmt_store_result) mysql_stmt_store_result;
    decltype(&::mysql_use_result) mysql_use_result;
};
const Libmariadb& libmariadb();

} // namespace drf_messages::sql::mariadb
