// SPDX-License-Identifier: MIT
#pragma once

#include "sql/error.hpp"

#include <string>
#include <string_view>

namespace drf_messages::sql::mariadb {

/// What an error number means. Those of the server are below 2000 or from 3000 on, those of
/// libmariadb from 2000 and from 5000 on.
ErrorKind error_kind(unsigned number) noexcept;

/// Whether nothing was done and the same can be tried again.
Retry error_retry(unsigned number) noexcept;

/// Whether the connection is of no use any more after this.
bool ends_connection(unsigned number) noexcept;

/// The server's text without the values that it may hold ("Duplicate entry 'secret' for key ...").
std::string reason_without_values(unsigned number, std::string_view reason);

Error make_error(unsigned number, std::string_view reason, std::string_view statement_name);

} // namespace drf_messages::sql::mariadb
