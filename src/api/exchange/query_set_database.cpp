// SPDX-License-Identifier: MIT
#include "api/exchange/query_set_database.hpp"

#include <stdexcept>

namespace drf_messages::api {

drf_messages::messages::DatabaseAccess& QuerySetDatabase::database() const {
    if (database_ == nullptr) {
        throw std::logic_error("a query set of a REST request was used after it had ended");
    }
    return *database_;
}

} // namespace drf_messages::api
