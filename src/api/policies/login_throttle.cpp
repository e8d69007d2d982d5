// SPDX-License-Identifier: MIT
#include "api/policies/login_throttle.hpp"

#include "crypto/digest.hpp"
#include "http/whitespace.hpp"
#include "sql/connection.hpp"
#include "store/user_table.hpp"
#include "text/unicode.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

using model::Rate;

/// Failures since the first one, which opened the window: what the cache holds, as "3 1700000000".
struct Window {
    std::int64_t failures = 0;
    std::int64_t opened = 0; ///< microseconds since 1970
};

/// Empty when there is none, it is over, or the entry is somebody else's.
Window read_window(const std::optional<cache::Entry>& stored, const Rate& rate, Timestamp now) {
    Window window;
    if (!stored) {
        return window;
    }
    const char* const end = stored->bytes.data() + stored->bytes.size();
    const auto [space, error] = std::from_chars(stored->bytes.data(), end, window.failures);
    if (error != std::errc() || space == end || *space != ' ' ||
        std::from_chars(space + 1, end, window.opened).ec != std::errc()) {
        return {};
    }
    const auto age = now.time_since_epoch() - std::chrono::microseconds(window.opened);
    return age < std::chrono::microseconds(0) || age >= rate.duration ? Window() : window;
}

/// Neither addresses nor names are for those who can read the cache.
std::string cache_key(const std::string& scope, const std::string& client, std::string_view name) {
    std::string both = client;
    both += '\0';
    both += name;
    return fmt::format(
        "drf_messages.{}.{}", scope, crypto::hex(crypto::digest(crypto::Hash::sha256, both))
    );
}

/// What counts as one name. MariaDB finds a user by the name in any case, with any accents and with
/// spaces after it, and the column of another model may do so anywhere: each way to write the name
/// would bring more attempts. Names that nobody has are folded too, so that none tells whether it
/// exists.
std::string counted_name(const LoginAttempt& attempt) {
    const std::string_view username = attempt.username;
    if (attempt.database.dialect() != sql::Dialect::mariadb &&
        store::is_auth_user(attempt.site.settings)) {
        return std::string(username);
    }
    if (username.find('\0') == std::string_view::npos) {
        if (const auto user = attempt.site.users.select_user_by_name(attempt.database, username)) {
            return text::without_case_and_marks(user->username);
        }
    }
    return text::without_case_and_marks(username);
}

std::string key_of(const std::string& scope, const LoginAttempt& attempt) {
    return cache_key(scope, attempt.client, counted_name(attempt));
}

LoginAttempt attempt_of(middleware::HttpRequest& request, std::string_view username) {
    return {
        request.site,
        request.database(),
        login_client(
            request.header("X-Forwarded-For"),
            request.wire.remote_address,
            request.site.settings.rest_framework.num_proxies
        ),
        username};
}

/// The site's own machine, or a Unix socket.
bool is_local(const std::string& address) {
    return address.empty() || address.starts_with("127.") || address == "::1" ||
           address == "::ffff:127.0.0.1";
}

std::string network_of(const std::string& address) {
    constexpr std::size_t network_bytes = 8;
    in6_addr parsed{};
    if (inet_pton(AF_INET6, address.c_str(), &parsed) != 1 || IN6_IS_ADDR_V4MAPPED(&parsed)) {
        return address;
    }
    std::array<char, network_bytes> network{};
    std::memcpy(network.data(), &parsed, network.size());
    return crypto::hex(std::string_view(network.data(), network.size()));
}

} // namespace

std::string login_client(
    const std::optional<std::string>& forwarded_for,
    const std::string& remote_address,
    std::optional<std::int64_t> num_proxies
) {
    if (num_proxies) {
        return network_of(client_identity(forwarded_for, remote_address, num_proxies));
    }
    if (!forwarded_for || !is_local(remote_address)) {
        return network_of(remote_address);
    }
    return network_of(client_identity(forwarded_for, remote_address, 1));
}

LoginThrottle::LoginThrottle(std::string scope, const std::optional<std::string>& rate)
    : scope_(std::move(scope)) {
    if (!rate) {
        return;
    }
    rate_ = Rate::parse(*rate);
    if (!rate_) {
        throw std::invalid_argument(fmt::format(
            "LOGIN_THROTTLE_RATE, BASIC_THROTTLE_RATE: \"{}\" is no rate like \"10/min\"", *rate
        ));
    }
}

ThrottleVerdict LoginThrottle::check(const LoginAttempt& attempt) const {
    if (!rate_) {
        return {};
    }
    const middleware::SiteResources& site = attempt.site;
    const Timestamp now = site.clock();
    try {
        const Window window =
            read_window(site.caches.at("default")->get(key_of(scope_, attempt)), *rate_, now);
        if (window.failures < rate_->requests) {
            return {};
        }
        const auto left =
            std::chrono::microseconds(window.opened) + rate_->duration - now.time_since_epoch();
        return {false, std::chrono::ceil<std::chrono::seconds>(left).count()};
    } catch (const cache::Error& error) {
        site.log(LogLevel::warning, fmt::format("attempts to log in: {}", error.what()));
        return {};
    }
}

ThrottleVerdict
LoginThrottle::check(middleware::HttpRequest& request, std::string_view username) const {
    return rate_ ? check(attempt_of(request, username)) : ThrottleVerdict();
}

void LoginThrottle::count_failure(const LoginAttempt& attempt) const {
    if (!rate_) {
        return;
    }
    const middleware::SiteResources& site = attempt.site;
    const Timestamp now = site.clock();
    try {
        site.caches.at("default")->update(
            key_of(scope_, attempt),
            rate_->duration,
            [&](const std::optional<cache::Entry>& stored) -> std::optional<cache::Entry> {
                Window window = read_window(stored, *rate_, now);
                if (window.failures == 0) {
                    window.opened = now.time_since_epoch().count();
                }
                ++window.failures;
                return cache::Entry{fmt::format("{} {}", window.failures, window.opened)};
            }
        );
    } catch (const cache::Error& error) {
        site.log(LogLevel::warning, fmt::format("attempts to log in: {}", error.what()));
    }
}

void LoginThrottle::count_failure(middleware::HttpRequest& request, std::string_view username)
    const {
    if (rate_) {
        count_failure(attempt_of(request, username));
    }
}

} // namespace drf_messages::api
