// SPDX-License-Identifier: MIT
#include "embed/borrowed_connection.hpp"
#include "embed/databases/database.hpp"
#include "embed/migration.hpp"
#include "embed/openapi.hpp"
#include "embed/site_access.hpp"
#include "embed/site_parts.hpp"
#include "live/feed.hpp"
#include "messages/database_loan.hpp"
#include "model/sqlite_name.hpp"
#include "schema/migrations.hpp"
#include "sql/transaction.hpp"
#include "store/feed.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/message_manager.hpp>
#include <drf_messages/site.hpp>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace drf_messages {
namespace {

constexpr std::int64_t sessions_at_once = 1000;

std::vector<Change> changes_of(const live::Feed::Batch& batch) {
    std::vector<Change> changes;
    if (batch.reset) {
        Change& everything = changes.emplace_back();
        everything.state = {batch.epoch, batch.position};
        return changes;
    }
    changes.reserve(batch.rows.size());
    for (const store::FeedRow& row : batch.rows) {
        changes.push_back(
            {row.user, row.session_key, row.message, row.kind, {batch.epoch, row.position}}
        );
    }
    return changes;
}

Settings on_sqlite(std::string_view path) {
    Settings settings;
    settings.database.name = path;
    return settings;
}

} // namespace

Site::Site(std::string_view sqlite_path, SiteOptions options)
    : Site(on_sqlite(sqlite_path), std::move(options)) {}

Site::Site(Settings settings, SiteOptions options)
    : parts_(std::make_shared<embed::SiteParts>(std::move(settings), std::move(options))) {}

Site::~Site() {
    parts_->end();
}

const Settings& Site::settings() const noexcept {
    return parts_->resources.settings;
}

void Site::migrate() {
    const Settings& settings = parts_->resources.settings;
    parts_->resources.database->refuse_in_transaction();
    const auto migrate = [&](const sql::ConnectionFactory& open, sql::Connection& connection) {
        embed::refuse_other_databases(settings, connection);
        schema::migrate(
            open,
            parts_->resources.clock,
            embed::app_to_migrate(settings, connection, {}),
            [](const schema::Migration&, bool) {},
            embed::migration_extras(settings)
        );
    };
    if (is_in_memory(settings.database)) {
        // It lives in the pool's connection; another one would be another database.
        const sql::Pool::Lease connection = parts_->resources.database->acquire();
        migrate(
            [&] { return std::make_unique<embed::BorrowedConnection>(*connection); }, *connection
        );
        return;
    }
    // A statement of a migration may take longer than a request's.
    embed::DatabaseUse use;
    use.create = true;
    use.log = parts_->resources.log;
    const sql::ConnectionFactory open = embed::database_connections(settings, use);
    migrate(open, *open());
}

void Site::run_transaction(const std::function<void(Transaction&)>& work) {
    const std::shared_ptr<embed::SiteParts> parts = parts_; // `work` may end the site
    sql::Pool& pool = *parts->resources.database;
    const sql::Pool::Lease connection = pool.acquire();
    const sql::Pool::OpenTransaction open(pool);
    const auto run = [&] {
        embed::TransactionAccess access(parts, *connection);
        const messages::DatabaseLoan loan(access, "a transaction was used after it had ended");
        Transaction transaction(loan.access());
        work(transaction);
    };
    // Nobody who has done his work waits for an application's.
    sql::transact(*connection, run, sql::Sharing::opens);
}

UserManager Site::users() {
    return {parts_, embed::database_of(parts_)};
}

UserManager Site::users(Transaction& transaction) {
    if (&transaction.database()->settings() != &settings()) {
        throw std::invalid_argument("the transaction is another site's");
    }
    return {parts_, transaction.database()};
}

std::int64_t Site::clear_sessions() {
    embed::PoolLoan pool(*parts_->resources.database);
    return parts_->resources.session_engine->clear_expired(
        pool.loan().connection, sessions_at_once, [](std::int64_t) {}
    );
}

Subscription Site::on_change(ChangeListener listener) {
    sql::Pool& pool = *parts_->resources.database;
    pool.refuse_in_transaction();
    if (!store::feed_info(*pool.acquire())) {
        throw Refused(errc::no_feed);
    }
    return Subscription(parts_->resources.feed->listen([listener = std::move(listener
                                                        )](const live::Feed::Batch& batch) {
        const std::vector<Change> changes = changes_of(batch);
        if (!changes.empty()) {
            listener(changes);
        }
    }));
}

std::string Site::openapi() const {
    return embed::openapi_json(*parts_);
}

MessageManager::MessageManager(Site& site)
    : MessageManager(embed::database_of(site.shared_parts())) {}

} // namespace drf_messages
