// SPDX-License-Identifier: MIT
#include "api/policies/login_throttle.hpp"
#include "django/password.hpp"
#include "text/base64.hpp"
#include "unit/api/messages_site.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages {
namespace {

using api::login_client;

class LoginThrottle : public test::MessagesSite {
protected:
    LoginThrottle() {
        Settings& settings = site.settings;
        settings.database = given.database_settings();
        settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        site.passwords = django::Passwords(*settings.password_hashers, crypto::system_random_bytes);
        settings.login_throttle_rate = "3/min";
        settings.basic_throttle_rate = "2/min";
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.BasicAuthentication"};
        settings.routes.emplace_back().route = "api-auth/";
        settings.routes.back().include = "rest_framework.urls";
        settings.routes.emplace_back().route = "token/";
        settings.routes.back().view = "rest_framework.authtoken.views.obtain_auth_token";
        site.login_attempts = std::make_unique<cache::Attempts>([this] {
            return std::chrono::steady_clock::time_point(given.now.time_since_epoch());
        });
        for (const char* name : {"bob", "eve"}) {
            given.user(name).password(site.passwords.make("right"));
        }
    }

    http::Response ask_for_token(
        const std::string& name,
        const std::string& password,
        std::string address = "192.0.2.1",
        const std::string& forwarded_for = {}
    ) {
        auto wire = request("POST", "/token/", {{"Content-Type", "application/json"}});
        if (!forwarded_for.empty()) {
            wire.headers.add("X-Forwarded-For", forwarded_for);
        }
        wire.body = R"({"username": ")" + name + R"(", "password": ")" + password + "\"}";
        wire.remote_address = std::move(address);
        return answer(wire);
    }

    http::Response log_in(const std::string& name, const std::string& password) {
        const std::string csrf(32, 'a');
        auto wire = request(
            "POST",
            "/api-auth/login/",
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Cookie", "csrftoken=" + csrf}}
        );
        wire.body = "csrfmiddlewaretoken=" + csrf + "&username=" + name + "&password=" + password;
        wire.remote_address = "192.0.2.1";
        return answer(wire);
    }

    /// How many of so many wrong passwords for one name are tried.
    int tried(int times, const std::string& name, const std::string& address = "192.0.2.1") {
        int number = 0;
        for (int i = 0; i < times; ++i) {
            number += ask_for_token(name, "wrong", address).status == 400 ? 1 : 0;
        }
        return number;
    }
    /// The same for so many names, one password each.
    int names_tried(int times, const std::string& address = "192.0.2.1") {
        int number = 0;
        for (int i = 0; i < times; ++i) {
            number += tried(1, "name" + std::to_string(i), address);
        }
        return number;
    }

    int basic(const std::string& credentials) {
        auto wire = request("GET", "/messages/", {{"Authorization", "Basic " + credentials}});
        wire.remote_address = "192.0.2.1";
        return answer(wire).status;
    }
};

TEST_F(LoginThrottle, LetsFormAndTokenViewTogetherTryOnlySoManyWrongPasswords) {
    EXPECT_EQ(ask_for_token("bob", "wrong").status, 400);
    given.now += std::chrono::seconds(10);
    EXPECT_EQ(log_in("bob", "wrong").status, 200);
    EXPECT_EQ(ask_for_token("bob", "wrong").status, 400);

    const auto asked = ask_for_token("bob", "right");
    EXPECT_EQ(asked.status, 429);
    EXPECT_EQ(asked.headers.find("Retry-After"), "50");
    EXPECT_EQ(
        asked.body, R"({"detail":"Request was throttled. Expected available in 50 seconds."})"
    );
    const auto form = log_in("bob", "right");
    EXPECT_EQ(form.status, 429);
    EXPECT_EQ(form.headers.find("Retry-After"), "50");
    EXPECT_NE(form.body.find("Try again in 50 seconds."), std::string::npos);

    given.now += std::chrono::seconds(50);
    EXPECT_EQ(log_in("bob", "right").status, 302);
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);
}

TEST_F(LoginThrottle, KeepsNobodyElseOut) {
    for (int i = 0; i < 5; ++i) {
        ask_for_token("bob", "wrong");
    }
    EXPECT_EQ(ask_for_token("bob", "right").status, 429);
    EXPECT_EQ(ask_for_token("bob", "right", "192.0.2.2").status, 200);
    EXPECT_EQ(ask_for_token("eve", "right").status, 200);
}

// MariaDB's collation finds the name in any case and with any accent; SQLite and PostgreSQL have
// nobody of such a name.
TEST_F(LoginThrottle, CountsAllWaysToWriteANameThatTheDatabaseTakesForOne) {
    const bool same_name = given.connection().dialect() == sql::Dialect::mariadb;
    for (const char* name : {"BOB", "bo\u0301b", "bOb"}) {
        EXPECT_EQ(ask_for_token(name, "wrong").status, 400);
    }
    EXPECT_EQ(ask_for_token("bob", "right").status, same_name ? 429 : 200);
    EXPECT_EQ(ask_for_token("Bob", "right").status, same_name ? 429 : 400);
    EXPECT_EQ(ask_for_token("Eve", "right").status, same_name ? 200 : 400);

    for (const char* name : {"NOBODY", "Nobody", "nob\u00f6dy"}) {
        EXPECT_EQ(ask_for_token(name, "wrong").status, 400);
    }
    EXPECT_EQ(ask_for_token("nobody", "wrong").status, same_name ? 429 : 400);

    // Forms take blanks away.
    for (const char* name : {"nobody  ", "no\u00adbody"}) {
        EXPECT_EQ(basic(text::base64_encode(std::string(name) + ":wrong")), 401);
    }
    EXPECT_EQ(basic(text::base64_encode("nobody:wrong")), same_name ? 429 : 401);
}

TEST_F(LoginThrottle, RefusedAttemptsDoNotProlongIt) {
    for (int i = 0; i < 10; ++i) {
        ask_for_token("bob", "wrong");
        given.now += std::chrono::seconds(5);
    }
    given.now += std::chrono::seconds(10);
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);
}

TEST_F(LoginThrottle, RightPasswordsDoNotCount) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask_for_token("bob", "right").status, 200);
        EXPECT_EQ(basic("Ym9iOnJpZ2h0"), 200);
    }
}

TEST_F(LoginThrottle, GivesBasicAuthenticationARateOfItsOwn) {
    EXPECT_EQ(basic("Ym9iOndyb25n"), 401);
    EXPECT_EQ(basic("Ym9iOndyb25n"), 401);
    EXPECT_EQ(basic("Ym9iOnJpZ2h0"), 429);
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);
}

TEST_F(LoginThrottle, CanBeTurnedOff) {
    site.settings.login_throttle_rate.reset();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask_for_token("bob", "wrong").status, 400);
    }
}

class DeadCache : public cache::Cache {
public:
    std::optional<cache::Entry> get(std::string_view) override { throw cache::Error("down"); }
    void set(std::string_view, const cache::Entry&, std::chrono::seconds) override {
        throw cache::Error("down");
    }
    bool add(std::string_view, const cache::Entry&, std::chrono::seconds) override {
        throw cache::Error("down");
    }
    bool remove(std::string_view) override { throw cache::Error("down"); }
    void update(std::string_view, std::chrono::seconds, const Change&) override {
        throw cache::Error("down");
    }
};

TEST_F(LoginThrottle, CountsByItselfWhileTheCacheDoesNotAnswer) {
    site.settings.caches["default"].backend = "django_redis.cache.RedisCache";
    site.caches["default"] = std::make_unique<DeadCache>();
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);
    EXPECT_EQ(tried(5, "bob"), 3);
    EXPECT_EQ(ask_for_token("bob", "right").status, 429);
    EXPECT_FALSE(log.empty());
}

/// Counts, but each answer is lost.
class MuteCache final : public DeadCache {
public:
    std::optional<std::chrono::microseconds>
    count(std::string_view, const model::Rate&, std::string_view mark) override {
        counted.emplace(mark);
        throw cache::Error("no answer in time");
    }
    void take_back(std::string_view, const model::Rate&, std::string_view mark) override {
        counted.erase(std::string(mark));
    }

    std::set<std::string> counted;
};

TEST_F(LoginThrottle, TakesBackForARightPasswordWhatTheCacheMayHaveCounted) {
    site.settings.caches["default"].backend = "django_redis.cache.RedisCache";
    auto cache = std::make_unique<MuteCache>();
    const auto& counted = cache->counted;
    site.caches["default"] = std::move(cache);
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);
    EXPECT_EQ(counted.size(), 0U);
    EXPECT_EQ(ask_for_token("bob", "wrong").status, 400);
    EXPECT_EQ(counted.size(), 1U);
}

TEST_F(LoginThrottle, CountsWhateverTheDefaultCacheKeeps) {
    for (auto* const make :
         {+[] { return cache::dummy_cache(); },
          +[] { return cache::local_memory_cache(std::chrono::steady_clock::now, 1); }}) {
        site.caches["default"] = make();
        EXPECT_EQ(tried(3, "bob"), 3);
        EXPECT_EQ(tried(1, "eve"), 1);
        site.caches["default"]->set("another", {"entry"}, std::chrono::hours(1));
        EXPECT_EQ(ask_for_token("bob", "right").status, 429);
        given.now += std::chrono::minutes(1);
    }
}

TEST_F(LoginThrottle, CountsInAnySpanOfTheTime) {
    EXPECT_EQ(tried(1, "bob"), 1);
    given.now += std::chrono::seconds(59);
    EXPECT_EQ(tried(5, "bob"), 2);
    given.now += std::chrono::seconds(1);
    EXPECT_EQ(tried(5, "bob"), 1);
    given.now += std::chrono::seconds(58);
    EXPECT_EQ(tried(5, "bob"), 0);
    given.now += std::chrono::seconds(1);
    EXPECT_EQ(tried(5, "bob"), 2);
}

TEST_F(LoginThrottle, LetsOneAddressTryTenTimesAsOftenForAllNames) {
    EXPECT_EQ(names_tried(40), 30);
    EXPECT_EQ(ask_for_token("bob", "right").status, 429);
    EXPECT_EQ(log_in("bob", "right").status, 429);
    EXPECT_EQ(basic("Ym9iOnJpZ2h0"), 200);
    EXPECT_EQ(ask_for_token("bob", "right", "192.0.2.2").status, 200);
    given.now += std::chrono::minutes(1);
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);

    site.settings.login_throttle_address_rate = "5/min";
    EXPECT_EQ(names_tried(40), 5);
    given.now += std::chrono::minutes(1);
    site.settings.login_throttle_rate.reset();
    EXPECT_EQ(tried(10, "bob"), 5);
}

TEST_F(LoginThrottle, CountsByNameAloneForAProxyOnThisMachineOfWhichNobodyHasTold) {
    for (const char* address : {"127.0.0.1", "::1", ""}) {
        EXPECT_EQ(names_tried(40, address), 40) << address;
        EXPECT_EQ(tried(5, "bob", address), address[0] == ':' ? 0 : 3) << address;
    }
    EXPECT_EQ(tried(5, "bob", "127.0.0.2"), 0);

    site.settings.server.num_proxies = 0;
    given.now += std::chrono::minutes(1);
    EXPECT_EQ(names_tried(40, "127.0.0.1"), 30);
}

TEST_F(LoginThrottle, BelievesAHeaderOnlyAsFarAsTheSettingsSay) {
    const auto tried_by = [this](const std::string& address, const std::string& after) {
        int number = 0;
        for (int i = 0; i < 10; ++i) {
            const std::string forwarded_for = "198.51.100." + std::to_string(i) + after;
            number += ask_for_token("bob", "wrong", address, forwarded_for).status == 400 ? 1 : 0;
        }
        given.now += std::chrono::minutes(1);
        return number;
    };
    for (const char* address : {"127.0.0.1", "::1", "", "192.0.2.1"}) {
        EXPECT_EQ(tried_by(address, ""), 3) << address;
    }
    site.settings.rest_framework.num_proxies = 1;
    EXPECT_EQ(tried_by("127.0.0.1", ""), 10);
    EXPECT_EQ(tried_by("127.0.0.1", ", 203.0.113.1"), 3);
    site.settings.server.num_proxies = 0;
    EXPECT_EQ(tried_by("127.0.0.1", ""), 3);
    site.settings.server.num_proxies = 2;
    EXPECT_EQ(tried_by("127.0.0.1", ", 203.0.113.1"), 10);
}

TEST(LoginClient, IsTheAddressThatTheClientCanNotMakeUp) {
    const auto network = [](const std::optional<std::string>& forwarded_for,
                            const std::string& peer,
                            std::optional<std::int64_t> num_proxies) {
        return login_client(forwarded_for, peer, num_proxies).network;
    };
    EXPECT_EQ(network({}, "192.0.2.1", {}), "192.0.2.1");
    EXPECT_EQ(network("10.9.9.9", "192.0.2.1", {}), "192.0.2.1");
    EXPECT_EQ(network("10.9.9.9, 192.0.2.7", "127.0.0.1", {}), network({}, "127.0.0.1", {}));
    EXPECT_EQ(network("10.9.9.9, 192.0.2.7", "127.0.0.1", 1), "192.0.2.7");
    EXPECT_EQ(network("10.9.9.9, 192.0.2.7", "", 1), "192.0.2.7");
    EXPECT_EQ(network("10.9.9.9, 192.0.2.7, 10.0.0.1", "10.0.0.2", 2), "192.0.2.7");
    EXPECT_EQ(network("10.9.9.9", "192.0.2.1", 0), "192.0.2.1");
    for (const char* none : {"", "unknown", "_hidden", "10.9.9.9:x:y", "[", "10.9.9.9,"}) {
        EXPECT_EQ(network(none, "192.0.2.1", 1), "192.0.2.1") << none;
    }
}

TEST(LoginClient, IsTheSameHoweverItsAddressIsWritten) {
    const auto network = [](const std::string& written) {
        return login_client(written, "127.0.0.1", 1).network;
    };
    EXPECT_EQ(network("192.0.2.7:4711"), "192.0.2.7");
    EXPECT_EQ(network("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network("[::ffff:192.0.2.7]:80"), "192.0.2.7");
    EXPECT_NE(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
    EXPECT_EQ(network("2001:db8:1:2:3:4:5:6"), network("2001:DB8:1:2::9"));
    EXPECT_EQ(network("2001:db8:1:2::9"), network("[2001:db8:1:2::1]:443"));
    EXPECT_NE(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    EXPECT_EQ(network("fe80::1%eth0"), network("fe80::2"));
    EXPECT_EQ(network("127.0.0.2"), network("::1"));
}

TEST(LoginClient, IsEverybodyWhereAProxyOnThisMachineMayStandForThem) {
    for (const char* peer : {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", ""}) {
        EXPECT_FALSE(login_client("192.0.2.7", peer, {}).is_one_client) << peer;
        EXPECT_TRUE(login_client("192.0.2.7", peer, 1).is_one_client) << peer;
        EXPECT_TRUE(login_client({}, peer, 0).is_one_client) << peer;
    }
    EXPECT_TRUE(login_client({}, "192.0.2.1", {}).is_one_client);
    EXPECT_TRUE(login_client({}, "2001:db8::1", {}).is_one_client);
}

} // namespace
} // namespace drf_messages
