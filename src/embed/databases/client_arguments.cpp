// SPDX-License-Identifier: MIT
#include "embed/databases/client_arguments.hpp"

#include "model/database_vendor.hpp"
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
#include "embed/databases/postgresql_options.hpp"
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
#include "embed/databases/mariadb_options.hpp"
#endif

#include <string_view>

namespace drf_messages::embed {
namespace {

#ifdef DRF_MESSAGES_WITH_POSTGRESQL
/// - PostgreSQL: libpq, "Keyword/Value Connection Strings"
std::string connection_value(const std::string& value) {
    std::string quoted = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return value.empty() || value.find_first_of(" '\\") != std::string::npos ? quoted + "'" : value;
}

std::vector<std::string> postgresql_arguments(const Settings& settings) {
    const sql::PostgresqlOptions options = postgresql_options(settings, {});
    std::string connection;
    for (const auto& [key, value] : options.parameters) {
        if (key != "password" && key != "sslpassword") {
            connection += (connection.empty() ? "" : " ") + key + "=" + connection_value(value);
        }
    }
    std::vector<std::string> arguments{"--dbname=" + connection};
    if (!options.role.empty()) {
        arguments.push_back("--role=" + options.role);
    }
    return arguments;
}
#endif

#ifdef DRF_MESSAGES_WITH_MARIADB
std::vector<std::string> mariadb_arguments(const Settings& settings) {
    const sql::MariadbOptions options = mariadb_options(settings, {});
    std::vector<std::string> arguments;
    const auto add = [&](std::string_view option, const std::string& value) {
        if (!value.empty()) {
            arguments.push_back(std::string(option) + "=" + value);
        }
    };
    add("--defaults-extra-file", options.default_file); // has to be the first
    add("--host", options.socket.empty() ? options.host : "");
    add("--socket", options.socket);
    add("--port", options.port == 0 ? "" : std::to_string(options.port));
    add("--user", options.user);
    if (options.tls != sql::MariadbTls::off) {
        arguments.emplace_back("--ssl");
        add("--ssl-ca", options.tls_ca);
        add("--ssl-capath", options.tls_ca_path);
        add("--ssl-cert", options.tls_cert);
        add("--ssl-key", options.tls_key);
        add("--ssl-cipher", options.tls_cipher);
    }
    if (options.tls == sql::MariadbTls::verify) {
        arguments.emplace_back("--ssl-verify-server-cert");
    }
    arguments.emplace_back("--default-character-set=utf8mb4");
    return arguments;
}
#endif

} // namespace

std::vector<std::string> client_arguments(const Settings& settings) {
    switch (database_vendor(settings.database.engine)) {
#ifdef DRF_MESSAGES_WITH_POSTGRESQL
    case DatabaseVendor::postgresql:
        return postgresql_arguments(settings);
#endif
#ifdef DRF_MESSAGES_WITH_MARIADB
    case DatabaseVendor::mysql:
        return mariadb_arguments(settings);
#endif
    default:
        return {};
    }
}

} // namespace drf_messages::embed
