// SPDX-License-Identifier: MIT
#include "embed/databases/mariadb_options.hpp"

#include "text/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::embed {
namespace {

using Table = SettingValue::Table;

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

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
    throw std::invalid_argument(fmt::format("DATABASES.default.OPTIONS.{}: {}", name, why));
}

/// Whether Python would take it as None or leave it out.
bool is_none(const SettingValue& value) {
    return std::holds_alternative<std::monostate>(value.value);
}

void check_names(
    const Table& options, const std::vector<std::string>& known, const std::string& prefix
) {
    for (const auto& [name, value] : options) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            refuse(prefix + name, "there is no such option here" + text::suggestion(name, known));
        }
    }
}

std::string text_of(const Table& options, const std::string& name, const std::string& prefix = {}) {
    const auto entry = options.find(name);
    if (entry == options.end() || is_none(entry->second)) {
        return {};
    }
    const auto* value = std::get_if<std::string>(&entry->second.value);
    if (value == nullptr) {
        refuse(prefix + name, "expected text");
    }
    return *value;
}

std::chrono::seconds
seconds_of(const Table& options, const std::string& name, std::chrono::seconds otherwise) {
    const auto entry = options.find(name);
    if (entry == options.end() || is_none(entry->second)) {
        return otherwise;
    }
    const auto* value = std::get_if<std::int64_t>(&entry->second.value);
    if (value == nullptr || *value < 1 || *value > longest_seconds) {
        refuse(name, fmt::format("expected a number of seconds (1 to {})", longest_seconds));
    }
    return std::chrono::seconds(*value);
}

std::string in_upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

/// Django's names of the levels; None leaves the server's own.
std::string isolation_level(const Table& options, std::string otherwise) {
    const auto entry = options.find("isolation_level");
    if (entry == options.end()) {
        return otherwise;
    }
    const std::string level = in_upper_case(text_of(options, "isolation_level"));
    const std::vector<std::string> levels = {
        "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", ""};
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) {
        refuse(
            "isolation_level",
            "expected \"read uncommitted\", \"read committed\", \"repeatable read\", "
            "\"serializable\" or \"\" for the server's own"
        );
    }
    return level;
}

std::string sql_mode(const Table& options) {
    std::string mode = in_upper_case(text_of(options, "sql_mode"));
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == ','; };
    if (!std::all_of(mode.begin(), mode.end(), allowed)) {
        refuse("sql_mode", "expected names of modes, with commas between");
    }
    return mode;
}

/// The text of messages is any Unicode; the other character sets have less of it.
void check_charset(const Table& options) {
    const std::string charset = text_of(options, "charset");
    if (!charset.empty() && charset != "utf8mb4" && charset != "utf8") {
        refuse("charset", "connections use \"utf8mb4\", which every other can be converted to");
    }
}

void set_tls(const Table& options, sql::MariadbOptions& to) {
    const auto entry = options.find("ssl");
    if (entry != options.end() && !is_none(entry->second)) {
        const auto* ssl = std::get_if<Table>(&entry->second.value);
        if (ssl == nullptr) {
            refuse("ssl", "expected a table with ca, capath, cert, cipher or key");
        }
        check_names(*ssl, known_ssl_options, "ssl.");
        to.tls_ca = text_of(*ssl, "ca", "ssl.");
        to.tls_ca_path = text_of(*ssl, "capath", "ssl.");
        to.tls_cert = text_of(*ssl, "cert", "ssl.");
        to.tls_key = text_of(*ssl, "key", "ssl.");
        to.tls_cipher = text_of(*ssl, "cipher", "ssl.");
        // Who names an authority wants to know the server.
        to.tls = to.tls_ca.empty() && to.tls_ca_path.empty() ? sql::MariadbTls::required
                                                             : sql::MariadbTls::verify;
    }
    const std::string mode = text_of(options, "ssl_mode");
    if (mode == "DISABLED") {
        to.tls = sql::MariadbTls::off;
    } else if (mode == "REQUIRED") {
        to.tls = sql::MariadbTls::required;
    } else if (mode == "VERIFY_CA" || mode == "VERIFY_IDENTITY") {
        to.tls = sql::MariadbTls::verify;
    } else if (!mode.empty() && mode != "PREFERRED") {
        refuse("ssl_mode", "expected DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
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
    check_names(from.options, known_options, "");
    check_charset(from.options);
    sql::MariadbOptions to;
    to.database = from.name;
    to.user = from.user;
    to.password = from.password;
    (from.host.starts_with('/') ? to.socket : to.host) = from.host;
    if (const std::string socket = text_of(from.options, "unix_socket"); !socket.empty()) {
        to.socket = socket;
    }
    to.port = port_of(from.port);
    if (use.limit_statements && settings.server.statement_timeout.count() > 0) {
        to.statement_timeout = settings.server.statement_timeout;
        to.read_timeout = std::chrono::ceil<std::chrono::seconds>(to.statement_timeout) + grace;
    }
    to.connect_timeout = seconds_of(from.options, "connect_timeout", to.connect_timeout);
    to.read_timeout = seconds_of(from.options, "read_timeout", to.read_timeout);
    to.write_timeout = seconds_of(from.options, "write_timeout", to.write_timeout);
    to.isolation_level = isolation_level(from.options, to.isolation_level);
    to.sql_mode = sql_mode(from.options);
    to.init_command = text_of(from.options, "init_command");
    to.default_file = text_of(from.options, "read_default_file");
    to.default_group = text_of(from.options, "read_default_group");
    set_tls(from.options, to);
    return to;
}

} // namespace drf_messages::embed
