// SPDX-License-Identifier: MIT
#include "embed/databases/mariadb_options.hpp"

#include "model/option_values.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::embed {
namespace {

using model::OptionValues;

/// Of OPTIONS and of the table `ssl` in it.
constexpr std::string_view unknown = ": there is no such option here";

constexpr std::int64_t longest_seconds = 86'400;
/// The server ends a statement by itself; we stop waiting for its answer a while later.
constexpr std::chrono::seconds grace{5};

const std::vector<std::string> known_options = {
    "charset",
    "connect_timeout",
    "init_command",
    "isolation_level",
    "read_default_file",
    "read_default_group",
    "read_timeout",
    "sql_mode",
    "ssl",
    "ssl_mode",
    "unix_socket",
    "use_unicode",
    "write_timeout"};
const std::vector<std::string> known_ssl_options = {"ca", "capath", "cert", "cipher", "key"};

std::chrono::seconds
seconds_of(const OptionValues& options, const std::string& name, std::chrono::seconds otherwise) {
    if (options.find(name) == nullptr) {
        return otherwise;
    }
    const auto* value = options.find_as<std::int64_t>(name);
    if (value == nullptr || *value < 1 || *value > longest_seconds) {
        options.refuse(
            name, fmt::format("expected a number of seconds (1 to {})", longest_seconds)
        );
    }
    return std::chrono::seconds(*value);
}

/// Django's names of the levels; None leaves the server's own.
std::string isolation_level(const OptionValues& options, std::string otherwise) {
    if (!options.has("isolation_level")) {
        return otherwise;
    }
    const std::string level = text::uppered(options.text("isolation_level").value_or(""));
    const std::vector<std::string> levels = {
        "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", ""};
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) {
        options.refuse(
            "isolation_level",
            "expected \"read uncommitted\", \"read committed\", \"repeatable read\", "
            "\"serializable\" or \"\" for the server's own"
        );
    }
    return level;
}

std::string sql_mode(const OptionValues& options) {
    std::string mode = text::uppered(options.text("sql_mode").value_or(""));
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == ','; };
    if (!std::all_of(mode.begin(), mode.end(), allowed)) {
        options.refuse("sql_mode", "expected names of modes, with commas between");
    }
    return mode;
}

/// The text of messages is any Unicode; the other character sets have less of it.
void check_charset(const OptionValues& options) {
    const std::string charset = options.text("charset").value_or("");
    if (!charset.empty() && charset != "utf8mb4" && charset != "utf8") {
        options.refuse(
            "charset", "connections use \"utf8mb4\", which every other can be converted to"
        );
    }
}

void set_tls(const OptionValues& options, sql::MariadbOptions& to) {
    if (options.find("ssl") != nullptr) {
        const auto* table = options.find_as<SettingValue::Table>("ssl");
        if (table == nullptr) {
            options.refuse("ssl", "expected a table with ca, capath, cert, cipher or key");
        }
        const OptionValues ssl("DATABASES.default.OPTIONS.ssl", *table, unknown);
        ssl.allow_only(known_ssl_options);
        to.tls_ca = ssl.text("ca").value_or("");
        to.tls_ca_path = ssl.text("capath").value_or("");
        to.tls_cert = ssl.text("cert").value_or("");
        to.tls_key = ssl.text("key").value_or("");
        to.tls_cipher = ssl.text("cipher").value_or("");
        // Who names an authority wants to know the server.
        to.tls = to.tls_ca.empty() && to.tls_ca_path.empty() ? sql::MariadbTls::required
                                                             : sql::MariadbTls::verify;
    }
    const std::string mode = options.text("ssl_mode").value_or("");
    if (mode == "DISABLED") {
        to.tls = sql::MariadbTls::off;
    } else if (mode == "REQUIRED") {
        to.tls = sql::MariadbTls::required;
    } else if (mode == "VERIFY_CA" || mode == "VERIFY_IDENTITY") {
        to.tls = sql::MariadbTls::verify;
    } else if (!mode.empty() && mode != "PREFERRED") {
        options.refuse(
            "ssl_mode", "expected DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"
        );
    }
}

std::uint16_t port_of(const std::string& text) {
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (!text.empty() && (error != std::errc() || stop != end || port == 0)) {
        throw std::invalid_argument("DATABASES.default.PORT: expected a port");
    }
    return port;
}

} // namespace

sql::MariadbOptions mariadb_options(const Settings& settings, const DatabaseUse& use) {
    const DatabaseSettings& from = settings.database;
    const OptionValues options("DATABASES.default.OPTIONS", from.options, unknown);
    options.allow_only(known_options);
    check_charset(options);
    sql::MariadbOptions to;
    to.database = from.name;
    to.user = from.user;
    to.password = from.password;
    (from.host.starts_with('/') ? to.socket : to.host) = from.host;
    if (const auto socket = options.text("unix_socket"); socket && !socket->empty()) {
        to.socket = *socket;
    }
    to.port = port_of(from.port);
    if (use.limit_statements && settings.server.statement_timeout.count() > 0) {
        to.statement_timeout = settings.server.statement_timeout;
        to.read_timeout = std::chrono::ceil<std::chrono::seconds>(to.statement_timeout) + grace;
    }
    to.connect_timeout = seconds_of(options, "connect_timeout", to.connect_timeout);
    to.read_timeout = seconds_of(options, "read_timeout", to.read_timeout);
    to.write_timeout = seconds_of(options, "write_timeout", to.write_timeout);
    to.isolation_level = isolation_level(options, to.isolation_level);
    to.sql_mode = sql_mode(options);
    to.init_command = options.text("init_command").value_or("");
    to.default_file = options.text("read_default_file").value_or("");
    to.default_group = options.text("read_default_group").value_or("");
    to.clock = database_clock(settings);
    set_tls(options, to);
    return to;
}

} // namespace drf_messages::embed
