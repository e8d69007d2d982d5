// SPDX-License-Identifier: MIT
#include "sql/postgresql/statement_deadline.hpp"

namespace drf_messages::sql::postgresql {

fibers::Deadline statement_deadline(
    std::chrono::milliseconds statement_timeout, std::chrono::steady_clock::time_point begin
) {
    constexpr std::chrono::seconds grace{5};
    if (statement_timeout.count() <= 0) {
        return std::nullopt;
    }
    return begin + statement_timeout + grace;
}

} // namespace drf_messages::sql::postgresql
