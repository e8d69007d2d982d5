// SPDX-License-Identifier: MIT
#include "sql/sqlite/parameters.hpp"

#include "sql/sql_timestamp.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <variant>

namespace drf_messages::sql::sqlite {

namespace {

struct Binder {
    sqlite3_stmt* prepared;
    int index;
    const WallClock* clock;

    int operator()(std::monostate) const { return sqlite3_bind_null(prepared, index); }
    int operator()(bool value) const { return sqlite3_bind_int(prepared, index, value); }
    int operator()(std::int64_t value) const { return sqlite3_bind_int64(prepared, index, value); }
    int operator()(double value) const { return sqlite3_bind_double(prepared, index, value); }
    int operator()(std::string_view value) const {
        // A null pointer would bind NULL.
        return sqlite3_bind_text64(
            prepared,
            index,
            value.data() ? value.data() : "",
            value.size(),
            SQLITE_STATIC,
            SQLITE_UTF8
        );
    }
    int operator()(Timestamp value) const {
        TimestampBuffer buffer;
        const std::string_view text = format_timestamp(value, buffer, clock);
        return sqlite3_bind_text64(
            prepared, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8
        );
    }
};

} // namespace

int bind_parameters(
    sqlite3_stmt* prepared,
    std::span<const Value> parameters,
    std::string_view name,
    const WallClock* clock
) {
    if (sqlite3_bind_parameter_count(prepared) != static_cast<int>(parameters.size())) {
        throw std::logic_error(std::string(name) + ": wrong number of parameters");
    }
    int index = 0;
    for (const Value& value : parameters) {
        const int code = std::visit(Binder{prepared, ++index, clock}, value);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    return SQLITE_OK;
}

} // namespace drf_messages::sql::sqlite
