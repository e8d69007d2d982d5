// SPDX-License-Identifier: MIT
#pragma once

#include "api/policies/throttling.hpp"
#include "middleware/http_request.hpp"
#include "middleware/site_resources.hpp"
#include "sql/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

/// Who tries a password for whom.
struct LoginAttempt {
    middleware::SiteResources& site;
    sql::Connection& database;
    std::string client; ///< login_client()
    std::string_view username;
};

/// Slows down who guesses a password: only so many wrong ones from one address for one user name,
/// however the name is written where the database takes several ways of writing for one.
/// Right passwords do not count, and nobody else's address is kept out. Counted in the default
/// cache; while that does not answer, nothing is counted and everybody may try.
class LoginThrottle {
public:
    /// The scope of login pages.
    static constexpr const char* login = "login";

    /// - scope: part of the key; those of one scope count together.
    /// - rate: absent: no limit. Throws std::invalid_argument for text that is no rate.
    LoginThrottle(std::string scope, const std::optional<std::string>& rate);

    /// Whether this client may try a password for that name now.
    ThrottleVerdict check(const LoginAttempt& attempt) const;
    ThrottleVerdict check(middleware::HttpRequest& request, std::string_view username) const;
    /// The password was wrong.
    void count_failure(const LoginAttempt& attempt) const;
    void count_failure(middleware::HttpRequest& request, std::string_view username) const;

private:
    std::string scope_;
    std::optional<model::Rate> rate_;
};

/// Whose attempts count together: the client's address, for IPv6 its network of 64 bits.
/// X-Forwarded-For counts as NUM_PROXIES says; without that, only the entry that a proxy on this
/// very machine added: the others a client can make up, once for each attempt.
std::string login_client(
    const std::optional<std::string>& forwarded_for,
    const std::string& remote_address,
    std::optional<std::int64_t> num_proxies
);

} // namespace drf_messages::api
