// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/database_loan.hpp"
#include "api/policies/throttling.hpp"
#include "cache/attempts.hpp"
#include "middleware/http_request.hpp"
#include "middleware/site_resources.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// Whose attempts count together.
struct LoginClient {
    /// An address, for IPv6 the network of 64 bits, for the loopback all of it.
    std::string network;
    /// Not so for a proxy on this machine that nobody has told us of: it stands for everybody.
    bool is_one_client = true;

    friend bool operator==(const LoginClient&, const LoginClient&) = default;
};

/// - num_proxies: login_proxies(). Absent: X-Forwarded-For is not looked at. Otherwise it counts as
///   REST framework's NUM_PROXIES says; an entry that is no address counts as the proxy's own.
LoginClient login_client(
    const std::optional<std::string>& forwarded_for,
    const std::string& remote_address,
    std::optional<std::int64_t> num_proxies
);

/// How many proxies there are, as far as the settings say.
std::optional<std::int64_t> login_proxies(const Settings& settings);

/// Who tries a password for whom.
struct LoginAttempt {
    middleware::SiteResources& site;
    accounts::DatabaseLoan database; ///< asked where only the database knows its names
    LoginClient client;
    std::string_view username;
};

/// A password that is being tried. It counts as a wrong one until this is destroyed, so that no
/// more are tried side by side than one by one.
class LoginTry {
public:
    LoginTry(LoginTry&&) noexcept;
    LoginTry& operator=(LoginTry&&) = delete;
    ~LoginTry();

    /// Whether it may be tried at all.
    const ThrottleVerdict& verdict() const { return verdict_; }
    /// It was wrong, and counts on.
    void count_failure() noexcept;

private:
    friend class LoginThrottle;
    class Counted;

    explicit LoginTry(ThrottleVerdict verdict);
    explicit LoginTry(std::unique_ptr<Counted> counted);

    ThrottleVerdict verdict_;
    std::unique_ptr<Counted> counted_; ///< null: nothing counts
};

/// Slows down who guesses passwords. One address may try only so many wrong ones for one user name,
/// however that is written where the database takes several ways of writing for one, and so many
/// for all names together. Right passwords do not count, and nobody else's address is kept out.
/// Counted in this process, and in the default cache where that is in a server that other processes
/// see; while that does not answer, each process counts for itself.
class LoginThrottle {
public:
    /// Both throw std::invalid_argument for a rate that is none.
    static LoginThrottle of_pages(const Settings& settings); ///< and of tokens, together
    static LoginThrottle of_basic_authentication(const Settings& settings);

    /// Begins to try a password for that name, if the client may now. Those who try at the same
    /// time may have to be waited for; the connection is given back meanwhile.
    LoginTry begin(const LoginAttempt& attempt) const;
    LoginTry begin(middleware::HttpRequest& request, std::string_view username) const;

private:
    /// - scope: part of the keys; those of one scope count together.
    LoginThrottle(
        std::string scope, std::optional<model::Rate> rate, std::optional<model::Rate> address_rate
    );

    std::vector<cache::AttemptLimit> limits_of(const LoginAttempt& attempt) const;
    static LoginTry begin(middleware::SiteResources& site, std::vector<cache::AttemptLimit> limits);

    std::string scope_;
    std::optional<model::Rate> rate_;         ///< for one name
    std::optional<model::Rate> address_rate_; ///< for all names; at first ten times the other
};

} // namespace drf_messages::api
