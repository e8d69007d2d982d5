// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

namespace drf_messages::test {

/// While it lives, the messages have no index on `created`, as in a database that Django alone has
/// made. The tests of a server share its database.
class WithoutCreatedIndex {
public:
    explicit WithoutCreatedIndex(sql::Connection& connection) : connection_(connection) {
        const bool of_table = connection.dialect() == sql::Dialect::mariadb;
        connection.run_script(
            {"drop",
             of_table ? "DROP INDEX drf_messages_server_message_oldest ON drf_messages_message"
                      : "DROP INDEX drf_messages_server_message_oldest"}
        );
    }
    ~WithoutCreatedIndex() {
        connection_.run_script(
            {"create",
             "CREATE INDEX drf_messages_server_message_oldest ON drf_messages_message (created, "
             "id)"}
        );
    }
    WithoutCreatedIndex(const WithoutCreatedIndex&) = delete;
    WithoutCreatedIndex& operator=(const WithoutCreatedIndex&) = delete;

private:
    sql::Connection& connection_;
};

} // namespace drf_messages::test
