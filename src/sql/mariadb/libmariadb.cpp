// SPDX-License-Identifier: MIT
#include "sql/mariadb/libmariadb.hpp"

#include "sql/client_library.hpp"

namespace drf_messages::sql::mariadb {
namespace {

Libmariadb open_libmariadb() {
    const ClientLibrary library("libmariadb.so.3", "libmariadb3");
    Libmariadb mariadb{};
    library.find(mariadb.mariadb_connection, "mariadb_connection");
    library.find(mariadb.mariadb_stmt_fetch_fields, "mariadb_stmt_fetch_fields");
    library.find(mariadb.mysql_close, "mysql_close");
    library.find(mariadb.mysql_errno, "mysql_errno");
    library.find(mariadb.mysql_error, "mysql_error");
    library.find(mariadb.mysql_free_result, "mysql_free_result");
    library.find(mariadb.mysql_get_client_version, "mysql_get_client_version");
    library.find(mariadb.mysql_get_socket, "mysql_get_socket");
    library.find(mariadb.mysql_get_ssl_cipher, "mysql_get_ssl_cipher");
    library.find(mariadb.mysql_init, "mysql_init");
    library.find(mariadb.mysql_next_result, "mysql_next_result");
    library.find(mariadb.mysql_options, "mysql_options");
    library.find(mariadb.mysql_real_connect, "mysql_real_connect");
    library.find(mariadb.mysql_real_query, "mysql_real_query");
    library.find(mariadb.mysql_server_init, "mysql_server_init");
    library.find(mariadb.mysql_stmt_affected_rows, "mysql_stmt_affected_rows");
    library.find(mariadb.mysql_stmt_bind_param, "mysql_stmt_bind_param");
    library.find(mariadb.mysql_stmt_bind_result, "mysql_stmt_bind_result");
    library.find(mariadb.mysql_stmt_close, "mysql_stmt_close");
    library.find(mariadb.mysql_stmt_errno, "mysql_stmt_errno");
    library.find(mariadb.mysql_stmt_error, "mysql_stmt_error");
    library.find(mariadb.mysql_stmt_execute, "mysql_stmt_execute");
    library.find(mariadb.mysql_stmt_fetch, "mysql_stmt_fetch");
    library.find(mariadb.mysql_stmt_fetch_column, "mysql_stmt_fetch_column");
    library.find(mariadb.mysql_stmt_field_count, "mysql_stmt_field_count");
    library.find(mariadb.mysql_stmt_free_result, "mysql_stmt_free_result");
    library.find(mariadb.mysql_stmt_init, "mysql_stmt_init");
    library.find(mariadb.mysql_stmt_insert_id, "mysql_stmt_insert_id");
    library.find(mariadb.mysql_stmt_param_count, "mysql_stmt_param_count");
    library.find(mariadb.mysql_stmt_prepare, "mysql_stmt_prepare");
    library.find(mariadb.mysql_stmt_store_result, "mysql_stmt_store_result");
    library.find(mariadb.mysql_use_result, "mysql_use_result");
    return mariadb;
}

} // namespace

const Libmariadb& libmariadb() {
    static const Libmariadb opened = open_libmariadb();
    return opened;
}

} // namespace drf_messages::sql::mariadb
