// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace drf_messages::sql {

/// What the caller can do about it.
enum class ErrorKind {
    connection_lost, ///< the connection must be thrown away; the database may be down
    busy,            ///< lock, deadlock, serialization failure: the transaction can be tried again
    constraint,      ///< unique, foreign key or not null
    schema,          ///< a table or column is missing: migrate first
    read_only,
    full, ///< no space is left: nothing of the transaction was written
    other,
};

/// The database failed. The text names the statement and the driver's reason, never a value.
class Error : public std::runtime_error {
public:
    Error(
        ErrorKind kind, std::string_view statement_name, std::string code, std::string_view reason
    );

    ErrorKind kind() const noexcept { return kind_; }
    /// SQLSTATE, or SQLite's extended result code as a number.
    const std::string& code() const noexcept { return code_; }

private:
    ErrorKind kind_;
    std::string code_;
};

} // namespace drf_messages::sql
