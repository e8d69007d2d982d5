// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::sql::postgresql {

/// A statement with its question marks, as far as they stand outside of quotes and comments,
/// numbered: $1, $2, …
std::string numbered_parameters(std::string_view text);

/// An INSERT that answers with the id of its row.
std::string returning_id(std::string_view text);

} // namespace drf_messages::sql::postgresql
