// SPDX-License-Identifier: MIT
#include "sql/postgresql/connector.hpp"

#include "fibers/aside.hpp"

namespace drf_messages::sql::postgresql {

OpenedConnection Connector::open(bool read_only) {
    return reachability_.attempt([&] {
        OpenedConnection opened;
        fibers::aside([&] { opened = open_connection(options_, read_only); });
        return opened;
    });
}

} // namespace drf_messages::sql::postgresql
