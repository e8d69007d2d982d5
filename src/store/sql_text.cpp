// SPDX-License-Identifier: MIT
#include "store/sql_text.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <variant>

namespace drf_messages::store {

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
    // Without statistics PostgreSQL takes a long list for most of the table, and compares each row
    // with each of them in a plan that it keeps; a join looks each of them up.
    std::string array;
    for (const sql::Value& id : ids) {
        array += array.empty() ? '{' : ',';
        array += std::to_string(std::get<std::int64_t>(id));
    }
    array += '}';
    *this << join << "unnest(CAST(";
    return bind_owned(std::move(array))
           << " AS bigint[])) AS i (wanted) WHERE " << column << " = i.wanted";
}

SqlText& SqlText::for_update() {
    return dialect_ == sql::Dialect::sqlite ? *this : *this << " FOR UPDATE";
}

sql::Value user_value(const UserId& user) {
    if (const auto* number = std::get_if<std::int64_t>(&user.value)) {
        return *number;
    }
    return std::string_view(std::get<std::string>(user.value));
}

} // namespace drf_messages::store
