// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <string>
#include <vector>

namespace drf_messages::schema {

/// The tables that a backup of ours is made of, of those that the database has: all that `migrate`
/// makes, with Django's record of them, but only those of messages where they are a Django site's,
/// and the feed's.
std::vector<std::string> tables_to_keep(sql::Connection& connection, bool is_site);

} // namespace drf_messages::schema
