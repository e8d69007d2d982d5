// SPDX-License-Identifier: MIT
#include "sql/sqlite/factory.hpp"

#include "sql/sqlite/connection.hpp"

#include <sqlite3.h>

namespace drf_messages::sql {

ConnectionFactory sqlite_connections(const SqliteOptions& options) {
    return [options,
            shared = sqlite::SharedByConnections{
                std::make_shared<sqlite::WriteQueue>(
                    options.patient_writers,
                    sqlite::WriteQueue::usual_longest_hold,
                    options.longest_shared_commit
                ),
                std::make_shared<sqlite::PageCache>(),
                std::make_shared<sqlite::KnownFile>(),
            }] { return sqlite::open_connection(options, shared); };
}

void stop_counting_sqlite_memory() noexcept {
    // Refused when SQLite is in use already, which harms nothing.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

} // namespace drf_messages::sql
