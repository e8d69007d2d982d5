// SPDX-License-Identifier: MIT
#include "sql/mariadb/open.hpp"

#include "fibers/wait.hpp"
#include "sql/mariadb/error.hpp"
#include "sql/mariadb/libmariadb.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>

namespace drf_messages::sql::mariadb {
namespace {

constexpr std::string_view open_name = "connect to the database";

const char* or_null(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

void set_text(MYSQL* session, mysql_option option, const std::string& text) {
    if (!text.empty()) {
        libmariadb().mysql_options(session, option, text.c_str());
    }
}

void set_seconds(MYSQL* session, mysql_option option, std::chrono::seconds time) {
    if (time.count() > 0) {
        const auto seconds = static_cast<unsigned>(time.count());
        libmariadb().mysql_options(session, option, &seconds);
    }
}

void set_tls(MYSQL* session, const MariadbOptions& options) {
    if (options.tls == MariadbTls::off) {
        return;
    }
    set_text(session, MYSQL_OPT_SSL_CA, options.tls_ca);
    set_text(session, MYSQL_OPT_SSL_CAPATH, options.tls_ca_path);
    set_text(session, MYSQL_OPT_SSL_CERT, options.tls_cert);
    set_text(session, MYSQL_OPT_SSL_KEY, options.tls_key);
    set_text(session, MYSQL_OPT_SSL_CIPHER, options.tls_cipher);
    const my_bool enforce = 1;
    const my_bool verify = options.tls == MariadbTls::verify ? 1 : 0;
    libmariadb().mysql_options(session, MYSQL_OPT_SSL_ENFORCE, &enforce);
    libmariadb().mysql_options(session, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

void set_options(MYSQL* session, const MariadbOptions& options) {
    // Before the others, which go before what it holds.
    if (!options.default_file.empty() || !options.default_group.empty()) {
        set_text(session, MYSQL_READ_DEFAULT_FILE, options.default_file);
        libmariadb().mysql_options(
            session,
            MYSQL_READ_DEFAULT_GROUP,
            options.default_group.empty() ? "client" : options.default_group.c_str()
        );
    }
    libmariadb().mysql_options(session, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    // A server may otherwise ask for any file of ours.
    const unsigned no_local_files = 0;
    libmariadb().mysql_options(session, MYSQL_OPT_LOCAL_INFILE, &no_local_files);
    set_seconds(session, MYSQL_OPT_CONNECT_TIMEOUT, options.connect_timeout);
    set_seconds(session, MYSQL_OPT_READ_TIMEOUT, options.read_timeout);
    set_seconds(session, MYSQL_OPT_WRITE_TIMEOUT, options.write_timeout);
    set_tls(session, options);
}

void run(MYSQL* session, const std::string& text, std::string_view name) {
    if (libmariadb().mysql_real_query(session, text.data(), text.size()) != 0) {
        throw last_error(session, name);
    }
    do {
        libmariadb().mysql_free_result(libmariadb().mysql_use_result(session));
        const int more = libmariadb().mysql_next_result(session);
        if (more > 0) {
            throw last_error(session, name);
        }
        if (more < 0) {
            return;
        }
    } while (true);
}

bool is_mariadb(MYSQL* session) {
    return libmariadb().mariadb_connection(session) != 0;
}

std::string limit_variable(MYSQL* session) {
    return is_mariadb(session) ? "max_statement_time" : "max_execution_time";
}

std::string limit_value(MYSQL* session, std::chrono::milliseconds limit) {
    return std::to_string(limit.count()) + (is_mariadb(session) ? " / 1000" : "");
}

void prepare_session(MYSQL* session, const MariadbOptions& options) {
    std::string settings =
        "SET SESSION time_zone = '+00:00', sql_auto_is_null = 0, autocommit = 1, "
        // The last one lets expressions have the dates that a column has, even a 31st of February.
        "sql_mode = 'STRICT_TRANS_TABLES,ANSI_QUOTES,ALLOW_INVALID_DATES";
    if (!options.sql_mode.empty()) {
        settings += "," + options.sql_mode;
    }
    settings += "'";
    if (options.statement_timeout.count() > 0) {
        settings += ", " + limit_variable(session) + " = " +
                    limit_value(session, options.statement_timeout);
    }
    run(session, settings, open_name);
    if (!options.isolation_level.empty()) {
        run(session, "SET SESSION TRANSACTION ISOLATION LEVEL " + options.isolation_level, open_name
        );
    }
    if (!options.init_command.empty()) {
        run(session, options.init_command, "init_command");
    }
}

} // namespace

void SessionCloser::operator()(st_mysql* session) const noexcept {
    libmariadb().mysql_close(session);
}

std::string limit_text(st_mysql* session, std::chrono::steady_clock::time_point end) {
    constexpr std::chrono::milliseconds least{20}; // some are left for what restores the other
    const auto left = std::max(
        least,
        std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now()
        )
    );
    const std::string variable = limit_variable(session);
    return "SET @drf_messages_limit = @@SESSION." + variable + ", SESSION " + variable + " = " +
           limit_value(session, left);
}

std::string usual_limit_text(st_mysql* session) {
    return "SET SESSION " + limit_variable(session) + " = @drf_messages_limit";
}

Error last_error(st_mysql* session, std::string_view statement_name) {
    return make_error(
        libmariadb().mysql_errno(session), libmariadb().mysql_error(session), statement_name
    );
}

OwnedSession open_session(const MariadbOptions& options) {
    static std::once_flag initialized;
    std::call_once(initialized, [] { libmariadb().mysql_server_init(0, nullptr, nullptr); });
    OwnedSession session(libmariadb().mysql_init(nullptr));
    if (!session) {
        throw Error(ErrorKind::other, open_name, {}, "out of memory");
    }
    set_options(session.get(), options);
    try {
        const MYSQL* const connected = libmariadb().mysql_real_connect(
            session.get(),
            options.socket.empty() ? or_null(options.host) : nullptr,
            or_null(options.user),
            or_null(options.password),
            or_null(options.database),
            options.port,
            or_null(options.socket),
            CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS
        );
        if (connected == nullptr) {
            throw last_error(session.get(), open_name);
        }
        // libmariadb is content without, unless it is to verify the server too.
        if (options.tls != MariadbTls::off &&
            libmariadb().mysql_get_ssl_cipher(session.get()) == nullptr) {
            throw Error(ErrorKind::connection_lost, open_name, {}, "the server does not offer TLS");
        }
        prepare_session(session.get(), options);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::schema || error.kind() == ErrorKind::connection_lost ||
            error.kind() == ErrorKind::too_many_connections) {
            throw;
        }
        const std::string_view text = error.what();
        throw Error(
            ErrorKind::connection_lost,
            open_name,
            {},
            text.starts_with(open_name) ? text.substr(open_name.size() + 2) : text
        );
    }
    return session;
}

bool was_closed_by_server(st_mysql* session) noexcept {
    const int socket = libmariadb().mysql_get_socket(session);
    return socket < 0 || fibers::is_ready(socket, POLLRDHUP);
}

} // namespace drf_messages::sql::mariadb
