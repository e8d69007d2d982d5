// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/postgresql/pq.hpp"

#include <functional>
#include <string_view>

namespace drf_messages::sql::postgresql {

/// Calls `each` for every row of an answer.
void each_row(
    const PGresult* result,
    std::string_view statement_name,
    const std::function<void(const Row&)>& each
);

/// How many rows a statement has changed.
std::int64_t changed_rows(PGresult* result);

/// The first column of the first row as a number; 0 when there is no row.
std::int64_t first_number(const PGresult* result);

} // namespace drf_messages::sql::postgresql
