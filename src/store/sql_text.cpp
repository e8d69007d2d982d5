// SPDX-License-Identifier: MIT
#include "store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>

namespace drf_messages::store {
namespace {

/// A text in double quotes, as arrays of JSON and of PostgreSQL have it.
void append_quoted(std::string& out, std::string_view text, bool json) {
    out += '"';
    for (const char c : text) {
        if (json && static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
            continue;
        }
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    out += '"';
}

/// The names of auth.User, which are not reserved words anywhere and need no quotes.
constexpr std::string_view plain_names[] = {
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
    "user_id",
    "id",
    "username",
    "email",
    "is_active",
    "is_staff",
    "is_superuser",
    "last_login",
};

} // namespace

SqlText& SqlText::bind(const UserId& user) {
    return bind(user_value(user));
}

SqlText& SqlText::bind_owned(std::string text) {
    return bind(sql::Value(std::string_view(owned_.emplace_back(std::move(text)))));
}

SqlText& SqlText::exactly(std::string_view table, std::string_view column, std::string_view value) {
    if (!connection_.can_hold(table, column.substr(column.find('.') + 1), value)) {
        return *this << never_true;
    }
    *this << column << " = ";
    bind(value);
    if (dialect_ == sql::Dialect::mariadb) {
        // The first comparison finds the row by its index, the second one compares bytes.
        *this << " AND BINARY " << column << " = ";
        bind(value);
    }
    return *this;
}

SqlText& SqlText::in_list(std::span<const sql::Value> values) {
    const std::size_t padded =
        std::max(values.size(), std::min(std::bit_ceil(values.size()), in_list_limit));
    *this << "(";
    for (std::size_t i = 0; i < padded; ++i) {
        *this << (i == 0 ? "" : ", ");
        bind(values[std::min(i, values.size() - 1)]);
    }
    return *this << ")";
}

SqlText&
SqlText::where_id(std::string_view join, std::string_view column, std::span<const sql::Value> ids) {
    if (dialect_ != sql::Dialect::postgresql) {
        *this << " WHERE " << column << " IN ";
        return in_list(ids);
    }
    if (ids.size() == 1) {
        return (*this << " WHERE " << column << " = ").bind(ids.front());
    }
    // Without statistics PostgreSQL takes a long list for most of the table, and compares each row
    // with each of them in a plan that it keeps; a join looks each of them up.
    *this << join << "unnest(CAST(";
    return bind_owned(joined_values(ids, "{}"))
           << " AS bigint[])) AS i (wanted) WHERE " << column << " = i.wanted";
}

SqlText& SqlText::for_update() {
    return dialect_ == sql::Dialect::sqlite ? *this : *this << " FOR UPDATE";
}

std::string quoted_name(const std::string& name, sql::Dialect dialect) {
    if (std::find(std::begin(plain_names), std::end(plain_names), name) != std::end(plain_names)) {
        return name;
    }
    const char quote = dialect == sql::Dialect::mariadb ? '`' : '"';
    std::string result(1, quote);
    for (const char c : name) {
        result.append(c == quote ? 2 : 1, c);
    }
    return result += quote;
}

sql::Value user_value(const UserId& user) {
    if (const auto* number = std::get_if<std::int64_t>(&user.value)) {
        return *number;
    }
    return std::string_view(std::get<std::string>(user.value));
}

std::string joined_values(std::span<const sql::Value> values, std::string_view brackets) {
    const bool json = brackets == "[]";
    std::string joined(brackets.substr(0, 1));
    for (const sql::Value& value : values) {
        joined += &value == values.data() ? "" : ",";
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            joined += std::to_string(*number);
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            append_quoted(joined, *text, json);
        }
    }
    return joined += brackets.empty() ? std::string_view() : brackets.substr(1);
}

} // namespace drf_messages::store
