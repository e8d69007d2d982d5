// SPDX-License-Identifier: MIT
#include "sql/postgresql/row.hpp"

#include "sql/error.hpp"
#include "sql/sql_timestamp.hpp"

#include <charconv>
#include <string>

namespace drf_messages::sql::postgresql {

namespace {

std::int64_t number_in(std::string_view text) {
    if (text == "t") {
        return 1;
    }
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

class PostgresqlRow final : public Row {
public:
    PostgresqlRow(const PGresult* result, std::string_view statement_name)
        : result_(result), statement_name_(statement_name) {}

    bool is_null(int column) const override {
        return libpq().PQgetisnull(result_, row, column) != 0;
    }
    std::int64_t integer(int column) const override { return number_in(text(column)); }
    bool boolean(int column) const override { return integer(column) != 0; }
    std::string_view text(int column) const override {
        const char* bytes = libpq().PQgetvalue(result_, row, column);
        const int size = libpq().PQgetlength(result_, row, column);
        return bytes ? std::string_view(bytes, static_cast<std::size_t>(size)) : std::string_view();
    }
    Timestamp timestamp(int column) const override {
        const std::string_view stored = text(column);
        auto moment = parse_timestamp(stored);
        if (!moment) {
            moment = end_of_calendar(stored);
        }
        if (!moment) {
            throw Error(
                ErrorKind::other,
                statement_name_,
                "22007",
                "column " + std::to_string(column) + " holds no date and time"
            );
        }
        return *moment;
    }

    int row = 0;

private:
    const PGresult* result_;
    std::string_view statement_name_;
};

} // namespace

void each_row(
    const PGresult* result,
    std::string_view statement_name,
    const std::function<void(const Row&)>& each
) {
    PostgresqlRow row(result, statement_name);
    const int count = libpq().PQntuples(result);
    for (; row.row < count; ++row.row) {
        each(row);
    }
}

std::int64_t changed_rows(PGresult* result) {
    // A SELECT counts what it returned.
    const std::string_view command = libpq().PQcmdStatus(result);
    return command.starts_with("SELECT") ? 0 : number_in(libpq().PQcmdTuples(result));
}

std::int64_t first_number(const PGresult* result) {
    return libpq().PQntuples(result) > 0 ? number_in(libpq().PQgetvalue(result, 0, 0)) : 0;
}

} // namespace drf_messages::sql::postgresql
