// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drf_messages::test {

/// Whether the tests run on the server that DRF_MESSAGES_TEST_DATABASE names, by a URL such as
/// postgresql://user@127.0.0.1:5432/name or mysql://user:password@127.0.0.1:3306/name.
bool on_server();

/// The servers that tests/support/servers.py has started for this program: their URLs, from
/// DRF_MESSAGES_TEST_POSTGRESQL and DRF_MESSAGES_TEST_MARIADB; those that this build has a driver
/// for.
std::vector<std::string> started_servers();

/// A database of its own on a server, for as long as it lives. The one that the URL names is
/// only used to make others; the account must be allowed to.
class ServerDatabase {
public:
    enum class Content {
        nothing,
        /// Migrated, without rows but content types and permissions; numbers count from 1 again.
        tables,
    };

    /// - url: of the server; empty: DRF_MESSAGES_TEST_DATABASE.
    explicit ServerDatabase(Content content, std::string url = {});
    ServerDatabase(const ServerDatabase&) = delete;
    ServerDatabase& operator=(const ServerDatabase&) = delete;
    ~ServerDatabase();

    sql::ConnectionFactory connections() const;
    /// DATABASES.default of a site on it.
    DatabaseSettings settings() const;

    const std::string& name() const noexcept { return name_; }

private:
    class Server;

    Server& server_;
    Content content_;
    std::string name_;
};

} // namespace drf_messages::test
