// SPDX-License-Identifier: MIT
#include "sql/reachability.hpp"
#include "sql/supervised.hpp"

#include <memory>
#include <utility>

namespace drf_messages::sql {

ConnectionFactory with_backoff(ConnectionFactory open) {
    return [open = std::move(open), reachability = std::make_shared<Reachability>()] {
        return reachability->attempt(open);
    };
}

} // namespace drf_messages::sql
