// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/mariadb/column_charsets.hpp"
#include "sql/mariadb/factory.hpp"
#include "sql/mariadb/like_folding.hpp"

#include <memory>

namespace drf_messages::sql::mariadb {

/// What all connections to a database know of its columns.
struct ColumnKnowledge {
    ColumnCharsets charsets;
    LikeFolding like;
};

/// Throws sql::Error.
std::unique_ptr<Connection>
open_connection(const MariadbOptions& options, std::shared_ptr<ColumnKnowledge> knowledge);

} // namespace drf_messages::sql::mariadb
