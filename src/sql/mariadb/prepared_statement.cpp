// SPDX-License-Identifier: MIT
#include "sql/mariadb/prepared_statement.hpp"

#include "sql/mariadb/error.hpp"
#include "sql/mariadb/open.hpp"
#include "sql/mariadb/split_execution.hpp"
#include "sql/sql_timestamp.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>

namespace drf_messages::sql::mariadb {
namespace {

MYSQL_TIME to_mysql_time(Timestamp reading) {
    const auto day = std::chrono::floor<std::chrono::days>(reading);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss<std::chrono::microseconds> time(reading - day);
    MYSQL_TIME result{};
    result.time_type = MYSQL_TIMESTAMP_DATETIME;
    result.year = static_cast<unsigned>(static_cast<int>(date.year()));
    result.month = static_cast<unsigned>(date.month());
    result.day = static_cast<unsigned>(date.day());
    result.hour = static_cast<unsigned>(time.hours().count());
    result.minute = static_cast<unsigned>(time.minutes().count());
    result.second = static_cast<unsigned>(time.seconds().count());
    result.second_part = static_cast<unsigned long>(time.subseconds().count());
    return result;
}

/// Points a parameter at a value, which stays where it is until the statement was sent.
struct Binder {
    MYSQL_BIND& bind;
    MYSQL_TIME& moment;
    const WallClock* clock;

    void operator()(std::monostate) const { bind.buffer_type = MYSQL_TYPE_NULL; }
    void operator()(const bool& value) const { set(MYSQL_TYPE_TINY, &value); }
    void operator()(const std::int64_t& value) const { set(MYSQL_TYPE_LONGLONG, &value); }
    void operator()(const double& value) const { set(MYSQL_TYPE_DOUBLE, &value); }
    void operator()(const std::string_view& value) const {
        set(MYSQL_TYPE_STRING, value.data() == nullptr ? "" : value.data());
        bind.buffer_length = value.size();
        bind.length_value = value.size();
    }
    void operator()(const Timestamp& value) const {
        moment = to_mysql_time(reading_at(value, clock));
        set(MYSQL_TYPE_DATETIME, &moment);
    }

private:
    void set(enum_field_types type, const void* value) const {
        bind.buffer_type = type;
        // libmariadb only reads parameters.
        bind.buffer = const_cast<void*>(value);
    }
};

} // namespace

PreparedStatement::PreparedStatement(
    MYSQL* session, const Statement& statement, const WallClock* clock
)
    : statement_(libmariadb().mysql_stmt_init(session)), clock_(clock) {
    if (!statement_) {
        throw last_error(session, statement.name);
    }
    if (libmariadb().mysql_stmt_prepare(
            statement_.get(), statement.text.data(), statement.text.size()
        ) != 0) {
        fail(statement.name);
    }
    parameters_.resize(libmariadb().mysql_stmt_param_count(statement_.get()));
    moments_.resize(parameters_.size());
}

void PreparedStatement::bind(std::span<const Value> parameters, std::string_view name) {
    is_stored_ = false;
    if (parameters.size() != parameters_.size()) {
        throw std::logic_error(std::string(name) + ": wrong number of parameters");
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        parameters_[i] = MYSQL_BIND{};
        std::visit(Binder{parameters_[i], moments_[i], clock_}, parameters[i]);
    }
    if (!parameters_.empty() &&
        libmariadb().mysql_stmt_bind_param(statement_.get(), parameters_.data()) != 0) {
        fail(name);
    }
}

void PreparedStatement::execute(std::span<const Value> parameters, std::string_view name) {
    bind(parameters, name);
    if (libmariadb().mysql_stmt_execute(statement_.get()) != 0) {
        fail(name);
    }
}

void PreparedStatement::send(std::span<const Value> parameters, std::string_view name) {
    bind(parameters, name);
    if (!send_execution(statement_.get())) {
        fail(name);
    }
}

void PreparedStatement::receive(std::string_view name) {
    if (receive_execution(statement_.get()) != 0) {
        fail(name);
    }
    if (libmariadb().mysql_stmt_field_count(statement_.get()) > 0) {
        store(name);
    }
}

void PreparedStatement::store(std::string_view name) {
    if (libmariadb().mysql_stmt_store_result(statement_.get()) != 0) {
        is_spoiled_ = true;
        fail(name);
    }
    is_stored_ = true;
}

void PreparedStatement::fetch(const std::function<void(const Row&)>& each, std::string_view name) {
    const unsigned columns = libmariadb().mysql_stmt_field_count(statement_.get());
    if (columns == 0) {
        return;
    }
    if (!is_stored_) {
        store(name);
    }
    // A changed table may have changed the types of the columns.
    if (!row_ || !row_->fits(statement_.get())) {
        row_ = std::make_unique<ResultRow>(statement_.get(), clock_);
    }
    row_->set_statement_name(name);
    if (!row_->bind()) {
        fail(name);
    }
    for (;;) {
        const int code = libmariadb().mysql_stmt_fetch(statement_.get());
        if (code == MYSQL_NO_DATA) {
            break;
        }
        if (code != 0 && (code != MYSQL_DATA_TRUNCATED || !row_->complete())) {
            fail(name);
        }
        each(*row_);
    }
    row_->shrink();
}

std::int64_t PreparedStatement::affected_rows() const noexcept {
    const auto rows = libmariadb().mysql_stmt_affected_rows(statement_.get());
    return rows == static_cast<unsigned long long>(-1) ? 0 : static_cast<std::int64_t>(rows);
}

std::int64_t PreparedStatement::insert_id() const noexcept {
    return static_cast<std::int64_t>(libmariadb().mysql_stmt_insert_id(statement_.get()));
}

void PreparedStatement::finish() noexcept {
    libmariadb().mysql_stmt_free_result(statement_.get());
}

void PreparedStatement::fail(std::string_view name) const {
    throw make_error(
        libmariadb().mysql_stmt_errno(statement_.get()),
        libmariadb().mysql_stmt_error(statement_.get()),
        name
    );
}

} // namespace drf_messages::sql::mariadb
