// SPDX-License-Identifier: MIT
#include "api/policies/login_throttle.hpp"
#include "django/password.hpp"
#include "unit/api/messages_site.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drf_messages {
namespace {

using api::login_client;

class LoginThrottle : public test::MessagesSite {
protected:
    LoginThrottle() {
        Settings& settings = site.settings;
        settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        site.passwords = django::Passwords(settings.password_hashers, crypto::system_random_bytes);
        settings.login_throttle_rate = "3/min";
        settings.basic_throttle_rate = "2/min";
        settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.BasicAuthentication"};
        settings.routes.emplace_back().route = "api-auth/";
        settings.routes.back().include = "rest_framework.urls";
        settings.routes.emplace_back().route = "token/";
        settings.routes.back().view = "rest_framework.authtoken.views.obtain_auth_token";
        site.caches["default"] = cache::local_memory_cache(
            [this] { return std::chrono::steady_clock::time_point(given.now.time_since_epoch()); },
            100
        );
        for (const char* name : {"bob", "eve"}) {
            given.user(name).password(site.passwords.make("right"));
        }
    }

    http::Response ask_for_token(
        const std::string& name, const std::string& password, std::string address = "192.0.2.1"
    ) {
        auto wire = request("POST", "/token/", {{"Content-Type", "application/json"}});
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

class DeadCache final : public cache::Cache {
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

TEST_F(LoginThrottle, NeedsNoCacheThatAnswers) {
    site.caches["default"] = std::make_unique<DeadCache>();
    EXPECT_EQ(ask_for_token("bob", "wrong").status, 400);
    EXPECT_EQ(ask_for_token("bob", "right").status, 200);
}

TEST(LoginClient, IsTheAddressThatTheClientCanNotMakeUp) {
    EXPECT_EQ(login_client({}, "192.0.2.1", {}), "192.0.2.1");
    EXPECT_EQ(login_client("10.9.9.9", "192.0.2.1", {}), "192.0.2.1");
    EXPECT_EQ(login_client("10.9.9.9, 192.0.2.7", "127.0.0.1", {}), "192.0.2.7");
    EXPECT_EQ(login_client("10.9.9.9, 192.0.2.7", "", {}), "192.0.2.7");
    EXPECT_EQ(login_client({}, "127.0.0.1", {}), "127.0.0.1");
    EXPECT_EQ(login_client("10.9.9.9, 192.0.2.7, 10.0.0.1", "10.0.0.2", 2), "192.0.2.7");
    EXPECT_EQ(login_client("10.9.9.9", "192.0.2.1", 0), "192.0.2.1");
    EXPECT_EQ(
        login_client({}, "2001:db8:1:2:3:4:5:6", {}), login_client({}, "2001:db8:1:2::9", {})
    );
    EXPECT_NE(login_client({}, "2001:db8:1:2::1", {}), login_client({}, "2001:db8:1:3::1", {}));
    EXPECT_NE(login_client({}, "::ffff:192.0.2.1", {}), login_client({}, "::ffff:192.0.2.2", {}));
}

} // namespace
} // namespace drf_messages
