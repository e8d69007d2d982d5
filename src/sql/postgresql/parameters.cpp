// SPDX-License-Identifier: MIT
#include "sql/postgresql/parameters.hpp"

#include "sql/error.hpp"
#include "sql/sql_timestamp.hpp"

#include <fmt/format.h>

#include <iterator>
#include <variant>

namespace drf_messages::sql::postgresql {

namespace {

// catalog/pg_type.dat of PostgreSQL
constexpr Oid inferred = 0;
constexpr Oid bool_type = 16;
constexpr Oid int8_type = 20;
constexpr Oid float8_type = 701;
constexpr Oid timestamptz_type = 1184;

constexpr std::size_t longest_scalar = 32;

struct Kind {
    Oid type;
    char letter;
};

struct KindOf {
    Kind operator()(std::monostate) const { return {inferred, 't'}; }
    Kind operator()(bool) const { return {bool_type, 'b'}; }
    Kind operator()(std::int64_t) const { return {int8_type, 'i'}; }
    Kind operator()(double) const { return {float8_type, 'd'}; }
    Kind operator()(std::string_view) const { return {inferred, 't'}; }
    Kind operator()(Timestamp) const { return {timestamptz_type, 'm'}; }
};

struct Writer {
    std::string& bytes;

    void operator()(std::monostate) const {}
    void operator()(bool value) const { bytes += value ? 't' : 'f'; }
    void operator()(std::int64_t value) const {
        fmt::format_to(std::back_inserter(bytes), "{}", value);
    }
    void operator()(double value) const { fmt::format_to(std::back_inserter(bytes), "{}", value); }
    void operator()(std::string_view value) const { bytes += value; }
    void operator()(Timestamp value) const {
        TimestampBuffer buffer;
        bytes += format_timestamp(value, buffer);
        // Else the server would take it for its own time zone.
        bytes += "+00";
    }
};

std::size_t room_for(const Value& value) {
    const auto* text = std::get_if<std::string_view>(&value);
    return (text ? text->size() : longest_scalar) + 1;
}

} // namespace

Parameters::Parameters(std::string_view name, std::span<const Value> values) {
    std::size_t room = 0;
    for (const Value& value : values) {
        const auto* text = std::get_if<std::string_view>(&value);
        if (text && text->find('\0') != std::string_view::npos) {
            throw Error(ErrorKind::other, name, "22021", "text with a NUL cannot be stored");
        }
        room += room_for(value);
    }
    // The values point into the bytes, which must not move therefore.
    bytes_.reserve(room);
    values_.reserve(values.size());
    types_.reserve(values.size());
    type_letters_.reserve(values.size());
    for (const Value& value : values) {
        const Kind kind = std::visit(KindOf{}, value);
        types_.push_back(kind.type);
        type_letters_ += kind.letter;
        if (std::holds_alternative<std::monostate>(value)) {
            values_.push_back(nullptr);
            continue;
        }
        values_.push_back(bytes_.data() + bytes_.size());
        std::visit(Writer{bytes_}, value);
        bytes_ += '\0';
    }
}

int send_once(PGconn* connection, const std::string& text, const Parameters& parameters) {
    return libpq().PQsendQueryParams(
        connection,
        text.c_str(),
        parameters.count(),
        parameters.types(),
        parameters.values(),
        nullptr,
        nullptr,
        0
    );
}

} // namespace drf_messages::sql::postgresql
