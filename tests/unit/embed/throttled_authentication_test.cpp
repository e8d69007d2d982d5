// SPDX-License-Identifier: MIT
// UserManager::authenticate with the client's address, on whichever database the tests run.
#include "given_site.hpp"

#include <drf_messages/endpoint.hpp>
#include <drf_messages/errors.hpp>

namespace drf_messages {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ThrottledAuthentication : public test::GivenSite {
protected:
    ThrottledAuthentication() {
        settings.password_hashers = {"django.contrib.auth.hashers.MD5PasswordHasher"};
        settings.login_throttle_rate = "3/min";
        RouteSettings tokens;
        tokens.route = "token/";
        tokens.view = "rest_framework.authtoken.views.obtain_auth_token";
        settings.routes.push_back(std::move(tokens));
    }

    void create_ann() { ann = site().users().create_user("ann", {.password = "right"}); }

    std::optional<UserId> from(std::string_view address, std::string_view password) {
        return site().users().authenticate("ann", password, address);
    }
    void fail(int times, std::string_view address) {
        for (int i = 0; i < times; ++i) {
            EXPECT_EQ(from(address, "wrong"), std::nullopt);
        }
    }
    /// 0: not refused.
    std::chrono::seconds refused_for(std::string_view address, std::string_view password) {
        try {
            from(address, password);
        } catch (const TooManyAttempts& error) {
            EXPECT_THAT(
                error.what(), HasSubstr(std::to_string(error.retry_after().count()) + " second")
            );
            return error.retry_after();
        }
        return std::chrono::seconds(0);
    }

    /// What obtain_auth_token answers.
    int ask_for_token(Endpoint& endpoint, const std::string& address, const std::string& password) {
        http::Request request = get("/token/");
        request.method = "POST";
        request.remote_address = address;
        request.headers.add("Content-Type", "application/x-www-form-urlencoded");
        request.body = "username=ann&password=" + password;
        request.headers.add("Content-Length", std::to_string(request.body.size()));
        return endpoint(request).status;
    }

    std::optional<UserId> ann;
};

TEST_F(ThrottledAuthentication, RefusesAfterTooManyWrongPasswordsAndSaysForHowLong) {
    create_ann();
    fail(3, "192.0.2.1");
    for (const char* password : {"wrong", "right"}) {
        const auto wait = refused_for("192.0.2.1", password);
        EXPECT_GT(wait, std::chrono::seconds(0));
        EXPECT_LE(wait, std::chrono::seconds(60));
    }
}

TEST_F(ThrottledAuthentication, NoClockThatIsSetEndsIt) {
    create_ann();
    fail(3, "192.0.2.1");
    for (const auto jump : {std::chrono::hours(2), std::chrono::hours(-4)}) {
        given.now += jump;
        const auto wait = refused_for("192.0.2.1", "right");
        EXPECT_GT(wait, std::chrono::seconds(0));
        EXPECT_LE(wait, std::chrono::seconds(60));
    }
}

TEST_F(ThrottledAuthentication, AnAddressHasALimitOverAllNames) {
    create_ann();
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(
            site().users().authenticate("name" + std::to_string(i), "x", "192.0.2.1"), std::nullopt
        );
    }
    EXPECT_GT(refused_for("192.0.2.1", "right").count(), 0);
    EXPECT_EQ(from("192.0.2.2", "right"), ann);
    // Who gives the address of a proxy on this machine gives that of everybody.
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(
            site().users().authenticate("name" + std::to_string(i), "x", "127.0.0.1"), std::nullopt
        );
    }
}

TEST_F(ThrottledAuthentication, KeepsNobodyElseOut) {
    create_ann();
    site().users().create_user("bob", {.password = "right"});
    fail(3, "192.0.2.1");
    EXPECT_EQ(from("192.0.2.2", "right"), ann);
    EXPECT_TRUE(site().users().authenticate("bob", "right", "192.0.2.1"));
    EXPECT_GT(refused_for("192.0.2.1", "right").count(), 0);
    // Without an address nothing is counted.
    EXPECT_EQ(site().users().authenticate("ann", "right"), ann);
}

TEST_F(ThrottledAuthentication, RightPasswordsDoNotCount) {
    create_ann();
    fail(2, "192.0.2.1");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(from("192.0.2.1", "right"), ann);
    }
    fail(1, "192.0.2.1");
    EXPECT_GT(refused_for("192.0.2.1", "right").count(), 0);
}

TEST_F(ThrottledAuthentication, CountsTogetherWithTheBuiltInViews) {
    settings.rest_framework.num_proxies = 0;
    create_ann();
    Endpoint endpoint(site());
    EXPECT_EQ(ask_for_token(endpoint, "192.0.2.1", "wrong"), 400);
    fail(1, "192.0.2.1");
    EXPECT_EQ(ask_for_token(endpoint, "192.0.2.1", "wrong"), 400);
    EXPECT_GT(refused_for("192.0.2.1", "right").count(), 0);
    EXPECT_EQ(ask_for_token(endpoint, "192.0.2.1", "right"), 429);
    EXPECT_EQ(ask_for_token(endpoint, "192.0.2.2", "right"), 200);
}

TEST_F(ThrottledAuthentication, ANetworkOfIPv6IsOneClient) {
    create_ann();
    fail(1, "2001:db8:1:2::1");
    fail(2, "2001:db8:1:2:ffff::2");
    EXPECT_GT(refused_for("2001:db8:1:2::3", "right").count(), 0);
    EXPECT_EQ(from("2001:db8:1:3::1", "right"), ann);
}

TEST_F(ThrottledAuthentication, NamesThatNobodyHasAreRefusedAlike) {
    create_ann();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(site().users().authenticate("nobody", "x", "192.0.2.1"), std::nullopt);
    }
    EXPECT_THROW(site().users().authenticate("nobody", "x", "192.0.2.1"), TooManyAttempts);
}

TEST_F(ThrottledAuthentication, WithoutARateNothingIsCounted) {
    settings.login_throttle_rate = std::nullopt;
    create_ann();
    fail(20, "192.0.2.1");
    EXPECT_EQ(from("192.0.2.1", "right"), ann);
}

TEST_F(ThrottledAuthentication, HoldsNoConnectionMeanwhile) {
    create_ann();
    // Whoever counts says that this one does not answer: between the questions to the database.
    settings.caches["default"].backend = "django_redis.cache.RedisCache";
    settings.caches["default"].location = {"redis://127.0.0.1:1/0"};
    settings.server.slow_statement = std::chrono::milliseconds(0);
    options.database_connections = 1;
    Site* asked = nullptr;
    std::vector<std::optional<UserId>> found;
    options.log = [&](LogLevel, std::string_view) {
        if (asked != nullptr) {
            found.push_back(asked->users().find("ann"));
        }
    };
    Site alone(settings, options);
    asked = &alone;
    EXPECT_EQ(alone.users().authenticate("ann", "right", "192.0.2.1"), ann);
    EXPECT_THAT(found, AllOf(Not(IsEmpty()), Each(ann)));
}

TEST_F(ThrottledAuthentication, InATransactionItAsksOnItsConnection) {
    create_ann();
    site().transaction([&](Transaction& transaction) {
        UserManager users = site().users(transaction);
        EXPECT_EQ(users.authenticate("ann", "right", "192.0.2.1"), ann);
    });
}

} // namespace
} // namespace drf_messages
