// SPDX-License-Identifier: MIT
#include "embed/throttled_authentication.hpp"

#include "accounts/authentication.hpp"
#include "api/policies/login_throttle.hpp"

#include <drf_messages/errors.hpp>

#include <chrono>
#include <string>

namespace drf_messages::embed {

std::optional<UserId> authenticate_throttled(
    SiteParts& parts,
    sql::Connection& connection,
    std::string_view username,
    std::string_view password,
    std::string_view address
) {
    middleware::SiteResources& site = parts.resources;
    const api::LoginThrottle throttle(api::LoginThrottle::login, site.settings.login_throttle_rate);
    const api::LoginAttempt attempt{
        site,
        connection,
        api::login_client(
            std::nullopt, std::string(address), site.settings.rest_framework.num_proxies
        ),
        username};
    if (const auto verdict = throttle.check(attempt); !verdict.allowed) {
        throw TooManyAttempts(std::chrono::seconds(verdict.wait_seconds.value_or(1)));
    }
    const auto found = accounts::authenticate(
        site.settings, site.users, site.passwords, connection, username, password
    );
    if (!found) {
        throttle.count_failure(attempt);
        return std::nullopt;
    }
    return found->user.id;
}

} // namespace drf_messages::embed
