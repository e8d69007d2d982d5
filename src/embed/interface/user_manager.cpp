// SPDX-License-Identifier: MIT
#include "accounts/authentication.hpp"
#include "accounts/database_loan.hpp"
#include "accounts/new_user.hpp"
#include "accounts/tokens.hpp"
#include "embed/site_access.hpp"
#include "embed/site_parts.hpp"
#include "embed/throttled_authentication.hpp"
#include "messages/database_access.hpp"

#include <drf_messages/errors.hpp>
#include <drf_messages/user_manager.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <type_traits>
#include <utility>

namespace drf_messages {
namespace {

/// Whoever checks a password holds none of the pool's connections meanwhile, or a few who guess
/// would hold all of them. Inside a transaction it is the transaction's.
template<class Work>
std::invoke_result_t<Work&, const accounts::DatabaseLoan&>
lend(embed::SiteParts& site, messages::DatabaseAccess& database, Work work) {
    if (&database == site.database.get()) {
        embed::PoolLoan pool(*site.resources.database);
        return work(pool.loan());
    }
    return messages::run(database, [&](sql::Connection& connection) {
        return work(accounts::DatabaseLoan(connection));
    });
}

} // namespace

UserManager::UserManager(
    std::shared_ptr<embed::SiteParts> site, std::shared_ptr<messages::DatabaseAccess> database
)
    : site_(std::move(site)), database_(std::move(database)) {}

UserId UserManager::create_user(std::string_view username, const UserFields& fields) {
    middleware::SiteResources& site = site_->resources;
    if (!store::is_auth_user(site.settings)) {
        throw std::invalid_argument(fmt::format(
            "AUTH_USER_MODEL is {}: only its own application can create users",
            site.settings.auth_user_model
        ));
    }
    User user = accounts::new_user(username, fields.email);
    user.password = fields.password.empty() ? django::make_unusable_password(site.random)
                                            : site.passwords.make(fields.password);
    user.is_staff = fields.is_staff;
    user.is_superuser = fields.is_superuser;

    std::optional<Result<UserId>> created;
    database_->run([&](sql::Connection& connection) {
        created.emplace(site.users.insert_user(connection, user, site.clock()));
    });
    if (created->has_error()) {
        throw Refused(static_cast<errc>(created->error().value()));
    }
    return created->value();
}

std::optional<UserId> UserManager::find(std::string_view username) {
    std::optional<User> user;
    database_->run([&](sql::Connection& connection) {
        user = site_->resources.users.select_user_by_name(connection, username);
    });
    return user ? std::optional(user->id) : std::nullopt;
}

std::optional<UserId>
UserManager::authenticate(std::string_view username, std::string_view password) {
    const middleware::SiteResources& site = site_->resources;
    const auto user = lend(*site_, *database_, [&](const accounts::DatabaseLoan& database) {
        return accounts::authenticate(
            site.settings, site.users, site.passwords, database, username, password
        );
    });
    return user ? std::optional(user->user.id) : std::nullopt;
}

std::optional<UserId> UserManager::authenticate(
    std::string_view username, std::string_view password, std::string_view address
) {
    return lend(*site_, *database_, [&](const accounts::DatabaseLoan& database) {
        return embed::authenticate_throttled(*site_, database, username, password, address);
    });
}

bool UserManager::set_password(const UserId& user, std::string_view password) {
    const middleware::SiteResources& site = site_->resources;
    const std::string encoded = site.passwords.make(password);
    return messages::transact(*database_, [&](sql::Connection& connection) {
        return site.users.update_password(connection, user, encoded);
    });
}

std::string UserManager::token(const UserId& user) {
    const middleware::SiteResources& site = site_->resources;
    return messages::transact(*database_, [&](sql::Connection& connection) {
        return accounts::get_or_create_token(
            site.users, connection, user, site.random, site.clock()
        );
    });
}

std::string UserManager::reset_token(const UserId& user) {
    const middleware::SiteResources& site = site_->resources;
    return messages::transact(*database_, [&](sql::Connection& connection) {
        site.users.delete_token(connection, user);
        return accounts::get_or_create_token(
            site.users, connection, user, site.random, site.clock()
        );
    });
}

void UserManager::remove(const UserId& user) {
    messages::transact(*database_, [&](sql::Connection& connection) {
        site_->resources.users.delete_user(connection, user);
    });
}

} // namespace drf_messages
