// SPDX-License-Identifier: MIT
#include "accounts/session_end.hpp"

#include "sql/transaction.hpp"
#include "store/session_messages.hpp"

#include <string>

namespace drf_messages::accounts {

void end_session_in_messages(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
) {
    if (!fits_session_column(key)) {
        return;
    }
    sql::Connection& database = connection();
    const std::string keys[] = {std::string(key)};
    sql::transact(database, [&] {
        if (successor) {
            store::move_messages_of_session(database, key, *successor, false);
        } else {
            store::delete_messages_of_session_keys(database, keys);
        }
    });
}

} // namespace drf_messages::accounts
