// SPDX-License-Identifier: MIT
#pragma once

#include "embed/site_parts.hpp"
#include "messages/database_access.hpp"
#include "sql/connection.hpp"

namespace drf_messages::embed {

/// The settings, clock and log of a site, for either way to its database.
class SiteAccess : public messages::DatabaseAccess {
public:
    explicit SiteAccess(SiteParts& parts)
        : DatabaseAccess({parts.resources.settings, parts.resources.clock, parts.resources.log}),
          parts_(parts) {}

protected:
    SiteParts& parts_;
};

/// A connection of the site's pool. Throws std::logic_error where waiting for it would never end:
/// this thread has the only one in a transaction.
sql::Pool::Lease lease_connection(SiteParts& parts);

/// A connection of the pool for each call.
class PoolAccess final : public SiteAccess {
public:
    using SiteAccess::SiteAccess;

    void run(const Work& work) override;
    void transact(const Work& work) override;
};

/// The connection of a transaction, which must live longer.
class TransactionAccess final : public SiteAccess {
public:
    TransactionAccess(SiteParts& parts, sql::Connection& connection)
        : SiteAccess(parts), connection_(connection) {}

    void run(const Work& work) override { work(connection_); }
    void transact(const Work& work) override { work(connection_); }

private:
    sql::Connection& connection_;
};

} // namespace drf_messages::embed
