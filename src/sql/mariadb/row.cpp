// SPDX-License-Identifier: MIT
#include "sql/mariadb/row.hpp"

#include "sql/error.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

namespace drf_messages::sql::mariadb {
namespace {

constexpr std::size_t first_text_bytes = 256;
constexpr std::size_t kept_text_bytes = 64 * 1024;

/// Absent for what is no date: MariaDB knows 0000-00-00 and 2024-05-00.
std::optional<Timestamp> reading_of(const MYSQL_TIME& time) {
    const std::chrono::year_month_day day{
        std::chrono::year(static_cast<int>(time.year)),
        std::chrono::month(time.month),
        std::chrono::day(time.day)};
    if (!day.ok() || time.year == 0) {
        return std::nullopt;
    }
    return std::chrono::sys_days(day) + std::chrono::hours(time.hour) +
           std::chrono::minutes(time.minute) + std::chrono::seconds(time.second) +
           std::chrono::microseconds(time.second_part);
}

/// As the server writes it, whatever its parts.
std::string text_of(const MYSQL_TIME& time) {
    auto text = fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        time.year,
        time.month,
        time.day,
        time.hour,
        time.minute,
        time.second
    );
    if (time.second_part != 0) {
        text += fmt::format(".{:06}", time.second_part);
    }
    return text;
}

} // namespace

ResultRow::Kind ResultRow::kind_of(const MYSQL_FIELD& field) {
    switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
        return Kind::integer;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
        return Kind::number;
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_TIMESTAMP:
        return Kind::moment;
    default:
        return Kind::text;
    }
}

ResultRow::ResultRow(MYSQL_STMT* statement, const WallClock* clock)
    : statement_(statement), clock_(clock) {
    const unsigned count = libmariadb().mysql_stmt_field_count(statement);
    const MYSQL_FIELD* const fields = libmariadb().mariadb_stmt_fetch_fields(statement);
    columns_.resize(fields == nullptr ? 0 : count);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_[i].kind = kind_of(fields[i]);
        if (columns_[i].kind == Kind::text) {
            columns_[i].bytes.resize(first_text_bytes);
        }
    }
    point_at_buffers();
}

void ResultRow::point_at_buffers() noexcept {
    binds_.assign(columns_.size(), MYSQL_BIND{});
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Column& column = columns_[i];
        MYSQL_BIND& bind = binds_[i];
        bind.is_null = &column.is_null;
        bind.error = &column.truncated;
        bind.length = &column.length;
        switch (column.kind) {
        case Kind::integer:
            bind.buffer_type = MYSQL_TYPE_LONGLONG;
            bind.buffer = &column.integer;
            break;
        case Kind::number:
            bind.buffer_type = MYSQL_TYPE_DOUBLE;
            bind.buffer = &column.number;
            break;
        case Kind::moment:
            bind.buffer_type = MYSQL_TYPE_DATETIME;
            bind.buffer = &column.moment;
            bind.buffer_length = sizeof(MYSQL_TIME);
            break;
        case Kind::text:
            bind.buffer_type = MYSQL_TYPE_STRING;
            bind.buffer = column.bytes.data();
            bind.buffer_length = column.bytes.size();
            break;
        }
    }
}

bool ResultRow::fits(MYSQL_STMT* statement) const noexcept {
    const MYSQL_FIELD* const fields = libmariadb().mariadb_stmt_fetch_fields(statement);
    if (fields == nullptr || libmariadb().mysql_stmt_field_count(statement) != columns_.size()) {
        return false;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (kind_of(fields[i]) != columns_[i].kind) {
            return false;
        }
    }
    return true;
}

bool ResultRow::bind() noexcept {
    return libmariadb().mysql_stmt_bind_result(statement_, binds_.data()) == 0;
}

bool ResultRow::complete() {
    bool grown = false;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        Column& column = columns_[i];
        if (column.kind != Kind::text || column.is_null != 0 ||
            column.length <= column.bytes.size()) {
            continue;
        }
        column.bytes.resize(column.length);
        binds_[i].buffer = column.bytes.data();
        binds_[i].buffer_length = column.bytes.size();
        if (libmariadb().mysql_stmt_fetch_column(
                statement_, &binds_[i], static_cast<unsigned>(i), 0
            ) != 0) {
            return false;
        }
        grown = true;
    }
    return !grown || bind();
}

void ResultRow::shrink() {
    bool shrunk = false;
    for (Column& column : columns_) {
        if (column.bytes.size() > kept_text_bytes) {
            column.bytes = std::vector<char>(first_text_bytes);
            shrunk = true;
        }
    }
    if (shrunk) {
        point_at_buffers();
    }
}

bool ResultRow::is_null(int column) const {
    return at(column).is_null != 0;
}

std::int64_t ResultRow::integer(int column) const {
    const Column& from = at(column);
    if (from.is_null != 0) {
        return 0;
    }
    switch (from.kind) {
    case Kind::integer:
        return from.integer;
    case Kind::number:
        return static_cast<std::int64_t>(from.number);
    case Kind::moment:
    case Kind::text:
        break;
    }
    // SUM() of integers is a DECIMAL, which comes as text.
    std::int64_t value = 0;
    const std::string_view digits = text(column);
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

bool ResultRow::boolean(int column) const {
    return integer(column) != 0;
}

std::string_view ResultRow::text(int column) const {
    const Column& from = at(column);
    if (from.is_null != 0) {
        return {};
    }
    switch (from.kind) {
    case Kind::integer:
        from.shown = std::to_string(from.integer);
        return from.shown;
    case Kind::number:
        from.shown = fmt::format("{}", from.number);
        return from.shown;
    case Kind::moment:
        from.shown = text_of(from.moment);
        return from.shown;
    case Kind::text:
        break;
    }
    return bytes(from);
}

std::optional<Timestamp> ResultRow::find_timestamp(int column) const {
    const Column& from = at(column);
    if (from.is_null != 0) {
        return std::nullopt;
    }
    if (from.kind != Kind::moment) {
        return parse_timestamp(text(column), clock_);
    }
    const auto reading = reading_of(from.moment);
    return reading ? find_moment(*reading, clock_) : std::nullopt;
}

Timestamp ResultRow::timestamp(int column) const {
    const auto moment = find_timestamp(column);
    if (!moment) {
        throw Error(
            ErrorKind::other,
            statement_name_,
            {},
            "column " + std::to_string(column) + " holds no date and time"
        );
    }
    return *moment;
}

Timestamp ResultRow::nearest_timestamp(int column) const {
    const auto moment = find_timestamp(column);
    return moment ? *moment : sql::nearest_timestamp(text(column), clock_);
}

} // namespace drf_messages::sql::mariadb
