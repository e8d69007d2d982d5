// SPDX-License-Identifier: MIT
#pragma once

#include "sql/pool.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <string>

namespace drf_messages::test {

/// Whether the tests run on the server that DRF_MESSAGES_TEST_DATABASE names, by a URL such as
/// postgresql://user@127.0.0.1:5432/name or mysql://user:password@127.0.0.1:3306/name.
bool on_server();

/// A database of its own on that server, for as long as it lives. The one that the URL names is
/// only used to make others; the account must be allowed to.
class ServerDatabase {
public:
    enum class Content {
        nothing,
        /// Migrated, without rows but content types and permissions; numbers count from 1 again.
        tables,
    };

    explicit ServerDatabase(Content content);
    ServerDatabase(const ServerDatabase&) = delete;
    ServerDatabase& operator=(const ServerDatabase&) = delete;
    ~ServerDatabase();

    sql::ConnectionFactory connections() const;
    /// DATABASES.default of a site on it.
    DatabaseSettings settings() const;

private:
    Content content_;
    std::string name_;
};

} // namespace drf_messages::test
