// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/sqlite/factory.hpp"
#include "sql/sqlite/known_file.hpp"
#include "sql/sqlite/page_cache.hpp"
#include "sql/sqlite/write_queue.hpp"

#include <memory>

namespace drf_messages::sql::sqlite {

/// What the connections of one factory share.
struct SharedByConnections {
    std::shared_ptr<WriteQueue> queue;
    std::shared_ptr<PageCache> page_cache;
    std::shared_ptr<KnownFile> file;
};

/// One of the connections of a factory. Throws sql::Error.
std::unique_ptr<Connection>
open_connection(const SqliteOptions& options, const SharedByConnections& shared);

} // namespace drf_messages::sql::sqlite
