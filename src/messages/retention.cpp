// SPDX-License-Identifier: MIT
#include "messages/retention.hpp"

#include "store/message_store.hpp"

namespace drf_messages::messages {

std::int64_t count_old_messages(DatabaseAccess& database, const Retention& retention) {
    return run(database, [&](sql::Connection& connection) {
        return store::count_old_messages(connection, retention.created_before, retention.only_read);
    });
}

std::int64_t delete_old_messages(
    DatabaseAccess& database,
    const Retention& retention,
    std::int64_t batch,
    const std::function<void(std::int64_t)>& progress
) {
    store::OldMessages left{retention.created_before, retention.only_read};
    std::int64_t deleted = 0;
    while (true) {
        store::OldMessages next;
        const std::int64_t gone = transact(database, [&](sql::Connection& connection) {
            next = left; // again, when the transaction is
            return store::delete_old_messages(connection, next, batch);
        });
        if (gone == 0) {
            return deleted;
        }
        left = next;
        deleted += gone;
        progress(deleted);
    }
}

} // namespace drf_messages::messages
