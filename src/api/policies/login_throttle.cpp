// SPDX-License-Identifier: MIT
#include "api/policies/login_throttle.hpp"

#include "cache/make_cache.hpp"
#include "crypto/digest.hpp"
#include "model/database_vendor.hpp"
#include "store/user_table.hpp"
#include "text/unicode.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <span>
#include <stdexcept>
#include <utility>
#include <variant>

namespace drf_messages::api {
namespace {

using cache::AttemptLimit;
using model::Rate;
using std::chrono::microseconds;

/// So many names an office behind one address may mistype its passwords for.
constexpr std::int64_t names_of_an_address = 10;

/// Tells a counted attempt from all others.
constexpr std::size_t mark_bytes = 8;

/// Neither addresses nor names are for those who can read the cache.
std::string key_of(std::string_view scope, std::string_view what) {
    return fmt::format(
        "drf_messages.attempts.{}.{}",
        scope,
        crypto::hex(crypto::digest(crypto::Hash::sha256, what))
    );
}

std::string folded(std::string_view name) {
    std::string folded = text::without_case_and_marks(name);
    folded.erase(folded.find_last_not_of(' ') + 1);
    return folded;
}

/// What counts as one name. MariaDB finds a user by the name in any case, with any accents and with
/// spaces after it, and the column of another model may do so anywhere: each way to write the name
/// would bring more attempts. Names that nobody has are folded too, so that none tells whether it
/// exists.
std::string counted_name(const LoginAttempt& attempt) {
    const std::string_view username = attempt.username;
    const Settings& settings = attempt.site.settings;
    if (database_vendor(settings.database.engine) != DatabaseVendor::mysql &&
        store::is_auth_user(settings)) {
        return std::string(username);
    }
    if (username.find('\0') == std::string_view::npos) {
        if (const auto user =
                attempt.site.users.select_user_by_name(attempt.database.connection(), username)) {
            return folded(user->username);
        }
    }
    return folded(username);
}

/// The cache in which other processes count too; null when there is none.
cache::Cache* shared_cache(const middleware::SiteResources& site) {
    const auto settings = site.settings.caches.find("default");
    return settings != site.settings.caches.end() && cache::is_in_a_server(settings->second.backend)
               ? site.caches.at("default").get()
               : nullptr;
}

ThrottleVerdict refusal(microseconds wait) {
    return {
        false, std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count())};
}

std::optional<Rate> parse_rate(std::string_view setting, const std::optional<std::string>& text) {
    if (!text) {
        return std::nullopt;
    }
    const auto rate = Rate::parse(*text);
    if (!rate) {
        throw std::invalid_argument(
            fmt::format("{}: \"{}\" is no rate like \"10/min\"", setting, *text)
        );
    }
    return rate;
}

// ---- addresses

/// Without the brackets, port and zone that a proxy or the system may have written.
std::string bare_address(std::string_view text) {
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    return std::string(text.substr(0, text.find('%')));
}

constexpr std::string_view loopback = "loopback";

std::string network_of_v4(const in_addr& address) {
    constexpr std::uint32_t first_byte = 24;
    constexpr std::uint32_t loopback_network = 127;
    if (ntohl(address.s_addr) >> first_byte == loopback_network) {
        return std::string(loopback);
    }
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &address, text.data(), text.size());
    return text.data();
}

/// Absent for what is no address.
std::optional<std::string> network_of(std::string_view text) {
    constexpr std::size_t network_bytes = 8;
    const std::string bare = bare_address(text);
    in_addr v4{};
    if (inet_pton(AF_INET, bare.c_str(), &v4) == 1) {
        return network_of_v4(v4);
    }
    in6_addr v6{};
    if (inet_pton(AF_INET6, bare.c_str(), &v6) != 1) {
        return std::nullopt;
    }
    const auto* const bytes = reinterpret_cast<const char*>(&v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        std::copy_n(bytes + sizeof(v6) - sizeof(v4), sizeof(v4), reinterpret_cast<char*>(&v4));
        return network_of_v4(v4);
    }
    if (IN6_IS_ADDR_LOOPBACK(&v6)) {
        return std::string(loopback);
    }
    return crypto::hex(std::string_view(bytes, network_bytes));
}

} // namespace

LoginClient login_client(
    const std::optional<std::string>& forwarded_for,
    const std::string& remote_address,
    std::optional<std::int64_t> num_proxies
) {
    const std::string peer = network_of(remote_address).value_or(remote_address);
    if (!num_proxies) {
        // The peer of a Unix socket has no address.
        return {peer, peer != loopback && !peer.empty()};
    }
    return {
        network_of(client_identity(forwarded_for, remote_address, num_proxies)).value_or(peer),
        true};
}

std::optional<std::int64_t> login_proxies(const Settings& settings) {
    return settings.server.num_proxies ? settings.server.num_proxies
                                       : settings.rest_framework.num_proxies;
}

/// What one attempt counts as, here and in the shared cache.
class LoginTry::Counted {
public:
    Counted(middleware::SiteResources& site, std::vector<AttemptLimit> limits)
        : site_(site), limits_(std::move(limits)), mark_(crypto::hex(site_.random(mark_bytes))) {}
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() {
        settle();
        site_.login_attempts->end(begun_, failed_);
    }

    /// Absent: it counts. Otherwise how long nothing may be tried.
    std::optional<microseconds> begin() {
        auto begun = site_.login_attempts->begin(limits_);
        if (const auto* wait = std::get_if<microseconds>(&begun)) {
            return *wait;
        }
        begun_ = std::get<cache::Attempts::Begun>(std::move(begun));
        return count_for_others();
    }

    void fail() noexcept { failed_ = true; }

private:
    std::optional<microseconds> count_for_others() {
        cache::Cache* const shared = shared_cache(site_);
        if (shared == nullptr) {
            return std::nullopt;
        }
        try {
            for (const AttemptLimit& limit : limits_) {
                ++counted_for_others_; // also where the answer is lost
                if (const auto wait = site_.login_attempts->count_in(*shared, limit, mark_)) {
                    --counted_for_others_;
                    return wait;
                }
            }
        } catch (const cache::Error& error) {
            warn(error);
        }
        return std::nullopt;
    }

    void settle() noexcept {
        try {
            for (const AttemptLimit& limit : std::span(limits_).first(counted_for_others_)) {
                cache::Cache& shared = *shared_cache(site_);
                failed_ ? shared.fail(limit.key, limit.rate, mark_)
                        : shared.take_back(limit.key, limit.rate, mark_);
            }
        } catch (const std::exception& error) {
            warn(error); // it counts as a wrong one
        }
    }

    void warn(const std::exception& error) const {
        site_.log(LogLevel::warning, fmt::format("attempts to log in: {}", error.what()));
    }

    middleware::SiteResources& site_;
    const std::vector<AttemptLimit> limits_;
    const std::string mark_;
    cache::Attempts::Begun begun_;
    std::size_t counted_for_others_ = 0; ///< of the limits, as far as is known
    bool failed_ = false;
};

LoginTry::LoginTry(ThrottleVerdict verdict) : verdict_(verdict) {}
LoginTry::LoginTry(std::unique_ptr<Counted> counted) : counted_(std::move(counted)) {}
LoginTry::LoginTry(LoginTry&&) noexcept = default;
LoginTry::~LoginTry() = default;

void LoginTry::count_failure() noexcept {
    if (counted_) {
        counted_->fail();
        counted_.reset();
    }
}

LoginThrottle LoginThrottle::of_pages(const Settings& settings) {
    return {
        "login",
        parse_rate("LOGIN_THROTTLE_RATE", settings.login_throttle_rate),
        parse_rate("LOGIN_THROTTLE_ADDRESS_RATE", settings.login_throttle_address_rate)};
}

LoginThrottle LoginThrottle::of_basic_authentication(const Settings& settings) {
    return {
        "basic",
        parse_rate("BASIC_THROTTLE_RATE", settings.basic_throttle_rate),
        parse_rate("BASIC_THROTTLE_ADDRESS_RATE", settings.basic_throttle_address_rate)};
}

LoginThrottle::LoginThrottle(
    std::string scope, std::optional<Rate> rate, std::optional<Rate> address_rate
)
    : scope_(std::move(scope)), rate_(rate), address_rate_(address_rate) {
    if (rate_ && !address_rate_) {
        address_rate_ = {rate_->requests * names_of_an_address, rate_->duration};
    }
}

std::vector<AttemptLimit> LoginThrottle::limits_of(const LoginAttempt& attempt) const {
    std::vector<AttemptLimit> limits;
    if (rate_) {
        std::string both = attempt.client.network;
        both += '\0';
        both += counted_name(attempt);
        limits.push_back({key_of(scope_, both), *rate_});
    }
    if (address_rate_ && attempt.client.is_one_client) {
        limits.push_back({key_of(scope_, attempt.client.network), *address_rate_});
    }
    return limits;
}

LoginTry LoginThrottle::begin(middleware::SiteResources& site, std::vector<AttemptLimit> limits) {
    if (limits.empty()) {
        return LoginTry(nullptr);
    }
    auto counted = std::make_unique<LoginTry::Counted>(site, std::move(limits));
    if (const auto wait = counted->begin()) {
        return LoginTry(refusal(*wait));
    }
    return LoginTry(std::move(counted));
}

LoginTry LoginThrottle::begin(const LoginAttempt& attempt) const {
    auto limits = limits_of(attempt);
    attempt.database.give_back();
    return begin(attempt.site, std::move(limits));
}

LoginTry LoginThrottle::begin(middleware::HttpRequest& request, std::string_view username) const {
    return begin(
        {request.site,
         request.database_loan(),
         login_client(
             request.header("X-Forwarded-For"),
             request.wire.remote_address,
             login_proxies(request.site.settings)
         ),
         username}
    );
}

} // namespace drf_messages::api
