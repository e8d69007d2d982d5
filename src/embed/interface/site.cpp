// SPDX-License-Identifier: MIT
#include "embed/borrowed_connection.hpp"
#include "embed/databases/database.hpp"
#include "embed/migration.hpp"
#include "embed/site_access.hpp"
#include "embed/site_parts.hpp"
#include "messages/database_loan.hpp"
#include "model/sqlite_name.hpp"
#include "schema/migrations.hpp"
#include "sql/transaction.hpp"

#include <drf_messages/message_manager.hpp>
#include <drf_messages/site.hpp>

#include <thread>
#include <utility>

namespace drf_messages {
namespace {

constexpr std::int64_t sessions_at_once = 1000;

Settings on_sqlite(std::string_view path) {
    Settings settings;
    settings.database.name = path;
    return settings;
}

/// Remembers for as long as it lives that this thread has the pool's only connection.
class OnlyConnectionHeld {
public:
    explicit OnlyConnectionHeld(embed::SiteParts& parts)
        : holder_(parts.resources.database->size() == 1 ? &parts.holds_only_connection : nullptr) {
        if (holder_ != nullptr) {
            holder_->store(std::this_thread::get_id());
        }
    }
    ~OnlyConnectionHeld() {
        if (holder_ != nullptr) {
            holder_->store(std::thread::id());
        }
    }
    OnlyConnectionHeld(const OnlyConnectionHeld&) = delete;
    OnlyConnectionHeld& operator=(const OnlyConnectionHeld&) = delete;

private:
    std::atomic<std::thread::id>* holder_;
};

} // namespace

Site::Site(std::string_view sqlite_path, SiteOptions options)
    : Site(on_sqlite(sqlite_path), std::move(options)) {}

Site::Site(Settings settings, SiteOptions options)
    : parts_(std::make_unique<embed::SiteParts>(std::move(settings), std::move(options))) {}

Site::~Site() = default;

const Settings& Site::settings() const noexcept {
    return parts_->resources.settings;
}

void Site::migrate() {
    const Settings& settings = parts_->resources.settings;
    const auto migrate = [&](const sql::ConnectionFactory& open, sql::Connection& connection) {
        embed::refuse_other_databases(settings, connection);
        schema::migrate(
            open,
            parts_->resources.clock,
            embed::app_to_migrate(settings, connection, {}),
            [](const schema::Migration&, bool) {}
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
    const sql::Pool::Lease connection = embed::lease_connection(*parts_);
    const OnlyConnectionHeld held(*parts_);
    sql::transact(*connection, [&] {
        embed::TransactionAccess access(*parts_, *connection);
        const messages::DatabaseLoan loan(access, "a transaction was used after it had ended");
        Transaction transaction(loan.access());
        work(transaction);
    });
}

UserManager Site::users() {
    return UserManager(*parts_);
}

std::int64_t Site::clear_sessions() {
    std::optional<sql::Pool::Lease> lease;
    const accounts::ConnectionSource connection = [&]() -> sql::Connection& {
        if (!lease) {
            lease.emplace(embed::lease_connection(*parts_));
        }
        return **lease;
    };
    return parts_->resources.session_engine->clear_expired(
        connection, sessions_at_once, [](std::int64_t) {}
    );
}

MessageManager::MessageManager(Site& site) : MessageManager(site.parts().database) {}

} // namespace drf_messages
