// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/sqlite/factory.hpp"
#include "sql/sqlite/page_cache.hpp"
#include "sql/sqlite/write_queue.hpp"

#include <memory>

namespace drf_messages::sql::sqlite {

/// One of the connections that share a queue for writing and their memory. Throws sql::Error.
std::unique_ptr<Connection> open_connection(
    const SqliteOptions& options,
    std::shared_ptr<WriteQueue> queue,
    std::shared_ptr<PageCache> page_cache
);

} // namespace drf_messages::sql::sqlite
