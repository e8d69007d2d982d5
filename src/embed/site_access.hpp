// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/database_loan.hpp"
#include "embed/site_parts.hpp"
#include "messages/database_access.hpp"
#include "sql/connection.hpp"
#include "sql/pool.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace drf_messages::embed {

/// The settings, clock and log of a site, for either way to its database.
/// - owner: what keeps them alive; null: who asks.
inline messages::SiteContext
site_context(const SiteParts& parts, std::shared_ptr<const void> owner = nullptr) {
    const middleware::SiteResources& site = parts.resources;
    return {site.settings, site.clock, site.log, std::move(owner)};
}

/// A connection of the pool for each call.
class PoolAccess final : public messages::DatabaseAccess {
public:
    explicit PoolAccess(SiteParts& parts) : DatabaseAccess(site_context(parts)), parts_(parts) {}

    void run(const Work& work) override;
    void transact(const Work& work, sql::Sharing sharing) override;

private:
    SiteParts& parts_;
};

/// A connection of the pool from when it is first needed until it is given back, or until the end.
class PoolLoan {
public:
    explicit PoolLoan(sql::Pool& pool) : pool_(pool) {}

    accounts::DatabaseLoan loan() {
        return {
            [this]() -> sql::Connection& {
                if (!lease_) {
                    lease_.emplace(pool_.acquire());
                }
                return **lease_;
            },
            [this] { lease_.reset(); }};
    }

private:
    sql::Pool& pool_;
    std::optional<sql::Pool::Lease> lease_;
};

/// The connection of a transaction, which must live longer.
class TransactionAccess final : public messages::DatabaseAccess {
public:
    TransactionAccess(const std::shared_ptr<SiteParts>& parts, sql::Connection& connection)
        : DatabaseAccess(site_context(*parts, parts)), connection_(connection) {}

    void run(const Work& work) override { work(connection_); }
    void transact(const Work& work, sql::Sharing) override { work(connection_); }
    bool is_in_transaction() const override { return true; }

private:
    sql::Connection& connection_;
};

} // namespace drf_messages::embed
