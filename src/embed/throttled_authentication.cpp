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
    const accounts::DatabaseLoan& database,
    std::string_view username,
    std::string_view password,
    std::string_view address
) {
    middleware::SiteResources& site = parts.resources;
    api::LoginTry login_try =
        api::LoginThrottle::of_pages(site.settings)
            .begin(
                {site,
                 database,
                 api::login_client(
                     std::nullopt, std::string(address), api::login_proxies(site.settings)
                 ),
                 username}
            );
    if (!login_try.verdict().allowed) {
        throw TooManyAttempts(std::chrono::seconds(login_try.verdict().wait_seconds.value_or(1)));
    }
    const auto found = accounts::authenticate(
        site.settings, site.users, site.passwords, database, username, password
    );
    if (!found) {
        login_try.count_failure();
        return std::nullopt;
    }
    return found->user.id;
}

} // namespace drf_messages::embed
