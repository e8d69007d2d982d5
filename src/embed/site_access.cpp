// SPDX-License-Identifier: MIT
#include "embed/site_access.hpp"

#include "sql/transaction.hpp"

namespace drf_messages::embed {

void PoolAccess::run(const Work& work) {
    const sql::Pool::Lease connection = parts_.resources.database->acquire();
    work(*connection);
}

void PoolAccess::transact(const Work& work, sql::Sharing sharing) {
    const sql::Pool::Lease connection = parts_.resources.database->acquire();
    const sql::Pool::OpenTransaction open(*parts_.resources.database);
    sql::transact(
        *connection, [&] { work(*connection); }, sharing
    );
}

} // namespace drf_messages::embed
