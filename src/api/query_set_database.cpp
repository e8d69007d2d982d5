// SPDX-License-Identifier: MIT
#include "api/query_set_database.hpp"

#include <stdexcept>

drf_messages::messages::DatabaseAccess& drf_messages::api::QuerySetDatabase::database() const {
    if (database_ == nullptr) {
        throw std::logic_error("a query set of a REST request was used after it had ended");
    }
    return *database_;
}
