// SPDX-License-Identifier: MIT
#include "store/user_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <system_error>
#include <variant>

namespace drf_messages::store {
namespace {

constexpr std::string_view auth_user_model = "auth.User";
constexpr std::size_t uuid_digits = 32;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

/// The 32 digits of a UUID in any form that Python's uuid.UUID takes.
std::optional<std::string> uuid_hex_of(std::string_view text) {
    std::string digits;
    for (const std::string_view prefix : {"urn:", "uuid:"}) {
        if (text.starts_with(prefix)) {
            text.remove_prefix(prefix.size());
        }
    }
    while (!text.empty() && (text.front() == '{' || text.front() == '}')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == '{' || text.back() == '}')) {
        text.remove_suffix(1);
    }
    for (const char c : text) {
        if (c == '-') {
            continue;
        }
        digits += lower(c);
        const bool is_digit =
            (c >= '0' && c <= '9') || (digits.back() >= 'a' && digits.back() <= 'f');
        if (!is_digit || digits.size() > uuid_digits) {
            return std::nullopt;
        }
    }
    return digits.size() == uuid_digits ? std::optional(std::move(digits)) : std::nullopt;
}

std::string with_dashes(std::string_view hex) {
    if (hex.size() != uuid_digits) {
        return std::string(hex);
    }
    return fmt::format(
        "{}-{}-{}-{}-{}",
        hex.substr(0, 8),
        hex.substr(8, 4),
        hex.substr(12, 4),
        hex.substr(16, 4),
        hex.substr(20)
    );
}

struct Column {
    std::string type; ///< lower case
    bool primary = false;
};

using Columns = std::map<std::string, Column>;

/// Name, type and whether it is in the primary key, of each column.
sql::Statement select_columns(sql::Dialect dialect) {
    switch (dialect) {
    case sql::Dialect::postgresql:
        return {
            "select user columns",
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod),"
            " CASE WHEN a.attnum = ANY (i.indkey) THEN 1 ELSE 0 END"
            " FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND "
            "i.indisprimary"
            " WHERE a.attrelid = to_regclass(quote_ident(?)) AND a.attnum > 0"
            " AND NOT a.attisdropped"};
    case sql::Dialect::mariadb:
        return {
            "select user columns",
            "SELECT column_name, column_type, column_key = 'PRI' FROM information_schema.columns"
            " WHERE table_schema = DATABASE() AND table_name = ?"};
    case sql::Dialect::sqlite:
        break;
    }
    return {"select user columns", "SELECT name, type, pk > 0 FROM pragma_table_info(?)"};
}

Columns columns_of(sql::Connection& connection, const std::string& table) {
    const std::array<sql::Value, 1> parameters = {std::string_view(table)};
    Columns columns;
    connection.query(select_columns(connection.dialect()), parameters, [&](const sql::Row& row) {
        columns[std::string(row.text(0))] = {lowered(row.text(1)), row.integer(2) != 0};
    });
    return columns;
}

std::optional<KeyKind> kind_of(std::string_view type) {
    if (type == "uuid") {
        return KeyKind::uuid;
    }
    if (type == "char(32)" || type == "character(32)") {
        return KeyKind::uuid_hex;
    }
    if (type.find("int") != std::string_view::npos ||
        type.find("serial") != std::string_view::npos) {
        return KeyKind::integer;
    }
    if (type.find("char") != std::string_view::npos ||
        type.find("text") != std::string_view::npos) {
        return KeyKind::text;
    }
    return std::nullopt;
}

[[noreturn]] void refuse(const Settings& settings, std::string_view why) {
    throw std::invalid_argument(
        fmt::format("AUTH_USER_MODEL = \"{}\": {}", settings.auth_user_model, why)
    );
}

std::string
primary_key_of(const Settings& settings, const std::string& table, const Columns& columns) {
    if (settings.auth_user.primary_key) {
        return *settings.auth_user.primary_key;
    }
    std::string found;
    for (const auto& [name, column] : columns) {
        if (!column.primary) {
            continue;
        }
        if (!found.empty()) {
            refuse(settings, fmt::format("table {} has a primary key of several columns", table));
        }
        found = name;
    }
    if (found.empty()) {
        refuse(
            settings,
            fmt::format("table {} has no primary key; AUTH_USER.PRIMARY_KEY names one", table)
        );
    }
    return found;
}

} // namespace

std::string UserTable::key_text(const UserId& id) const {
    if (const auto* number = std::get_if<std::int64_t>(&id.value)) {
        return fmt::format("{}", *number);
    }
    const auto& text = std::get<std::string>(id.value);
    return key_kind == KeyKind::uuid_hex ? with_dashes(text) : text;
}

std::optional<UserId> UserTable::parse_key(std::string_view text) const {
    switch (key_kind) {
    case KeyKind::integer: {
        std::int64_t number = 0;
        const char* end = text.data() + text.size();
        const auto [parsed, error] = std::from_chars(text.data(), end, number);
        return error == std::errc() && parsed == end ? std::optional(UserId{number}) : std::nullopt;
    }
    case KeyKind::uuid:
    case KeyKind::uuid_hex: {
        auto hex = uuid_hex_of(text);
        if (!hex) {
            return std::nullopt;
        }
        return UserId{key_kind == KeyKind::uuid ? with_dashes(*hex) : std::move(*hex)};
    }
    case KeyKind::text:
        return UserId{std::string(text)};
    }
    return std::nullopt;
}

bool is_auth_user(const Settings& settings) {
    return settings.auth_user_model == auth_user_model;
}

std::string user_table_name(const Settings& settings) {
    if (is_auth_user(settings)) {
        return UserTable().name;
    }
    const std::string_view label = settings.auth_user_model;
    const std::size_t dot = std::min(label.find('.'), label.size());
    return settings.auth_user.db_table.value_or(fmt::format(
        "{}_{}", label.substr(0, dot), lowered(label.substr(std::min(dot + 1, label.size())))
    ));
}

bool has_table(sql::Connection& connection, const std::string& table) {
    return !columns_of(connection, table).empty();
}

UserTable find_user_table(sql::Connection& connection, const Settings& settings) {
    if (is_auth_user(settings)) {
        return {};
    }
    const AuthUserSettings& model = settings.auth_user;
    const std::string_view label = settings.auth_user_model;
    const std::size_t dot = label.find('.');
    if (dot == std::string_view::npos) {
        refuse(settings, "it must be an app and a model, like \"accounts.User\"");
    }
    UserTable table;
    table.name = user_table_name(settings);
    table.reference = lowered(label.substr(dot + 1)) + "_id";

    const Columns columns = columns_of(connection, table.name);
    if (columns.empty()) {
        refuse(
            settings,
            fmt::format(
                "the database has no table {}; AUTH_USER.DB_TABLE names another one", table.name
            )
        );
    }
    table.primary_key = primary_key_of(settings, table.name, columns);
    const auto required = [&](const std::string& column, std::string_view setting) {
        const auto found = columns.find(column);
        if (found == columns.end()) {
            refuse(
                settings,
                fmt::format("table {} has no column \"{}\"{}", table.name, column, setting)
            );
        }
        return found->second;
    };
    required("password", ", and so holds no users that can log in");
    required(model.username_field, "; AUTH_USER.USERNAME_FIELD names another one");
    const auto kind =
        kind_of(required(table.primary_key, "; AUTH_USER.PRIMARY_KEY names another one").type);
    if (!kind) {
        refuse(
            settings,
            fmt::format(
                "the primary key of table {} is neither an integer, a UUID nor text", table.name
            )
        );
    }
    table.key_kind = *kind;
    const auto optional = [&](const std::string& column) {
        return columns.contains(column) ? column : std::string();
    };
    table.username_field = model.username_field;
    table.email_field = optional(model.email_field);
    table.is_active = optional(model.is_active);
    table.is_staff = optional(model.is_staff);
    table.is_superuser = optional(model.is_superuser);
    table.last_login = optional("last_login");
    table.has_permissions = !columns_of(connection, table.name + "_groups").empty() &&
                            !columns_of(connection, table.name + "_user_permissions").empty();
    return table;
}

} // namespace drf_messages::store
