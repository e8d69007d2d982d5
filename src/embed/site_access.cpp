// SPDX-License-Identifier: MIT
#include "embed/site_access.hpp"

#include "sql/transaction.hpp"

#include <stdexcept>

namespace drf_messages::embed {

sql::Pool::Lease lease_connection(SiteParts& parts) {
    if (parts.holds_only_connection.load() == std::this_thread::get_id()) {
        throw std::logic_error("the site's only connection is in a transaction of this thread: use "
                               "the transaction for what happens inside it");
    }
    return parts.resources.database->acquire();
}

void PoolAccess::run(const Work& work) {
    const sql::Pool::Lease connection = lease_connection(parts_);
    work(*connection);
}

void PoolAccess::transact(const Work& work) {
    const sql::Pool::Lease connection = lease_connection(parts_);
    sql::transact(*connection, [&] { work(*connection); });
}

} // namespace drf_messages::embed
