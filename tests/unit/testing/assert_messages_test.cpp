// SPDX-License-Identifier: MIT
#include <drf_messages/field.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/testing/messages_test.hpp>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace drf_messages::test {
namespace {

class AssertMessagesTest : public MessagesTest {
protected:
    Request request = site.request(site.user("ann"));
};

TEST_F(AssertMessagesTest, HoldsForTheMessagesThatWaitNewestFirst) {
    EXPECT_TRUE(assert_messages(request, {}));
    messages::info(request, "Hello");
    messages::success(request, "Saved", {"form", "profile"});
    EXPECT_TRUE(assert_messages(
        request, {{level::SUCCESS, "Saved", {"form", "profile"}}, {level::INFO, "Hello"}}
    ));
    EXPECT_TRUE(assert_messages(
        request, {DjangoMessage{25, "Saved", "form profile"}, DjangoMessage{20, "Hello", ""}}
    ));
}

TEST_F(AssertMessagesTest, ComparesInAnyOrderWhenAsked) {
    messages::info(request, "one");
    messages::info(request, "two");
    EXPECT_FALSE(assert_messages(request, {{20, "one"}, {20, "two"}}));
    EXPECT_TRUE(assert_messages(request, {{20, "one"}, {20, "two"}}, false));
    EXPECT_FALSE(assert_messages(request, {{20, "one"}, {20, "one"}}, false));
    EXPECT_FALSE(assert_messages(request, {{20, "one"}}, false));
}

TEST_F(AssertMessagesTest, ComparesLevelTextAndTags) {
    messages::info(request, "Hello", "a");
    EXPECT_FALSE(assert_messages(request, {{level::WARNING, "Hello", "a"}}));
    EXPECT_FALSE(assert_messages(request, {{level::INFO, "Hell", "a"}}));
    EXPECT_FALSE(assert_messages(request, {{level::INFO, "Hello"}}));
    EXPECT_FALSE(assert_messages(request, {{level::INFO, "Hello", {"a", "b"}}}));
    EXPECT_TRUE(assert_messages(request, {{level::INFO, "Hello", "a"}}));
}

TEST_F(AssertMessagesTest, MarksNothing) {
    messages::info(request, "one");
    messages::info(request, "two");
    const MessageStorage storage = messages::get_messages(request);
    EXPECT_FALSE(assert_messages(request, {}));
    EXPECT_EQ(storage.get_unread_queryset().count(), 2);
    EXPECT_FALSE(storage.used());
    for (const DjangoMessage& message : storage) {
        EXPECT_FALSE(message.message.empty());
    }
    EXPECT_TRUE(assert_messages(request, {}));
    EXPECT_TRUE(storage.used());
}

TEST_F(AssertMessagesTest, ShowsBothSidesWhenItFails) {
    messages::info(request, "Hello", {"a", "b"});
    const ::testing::AssertionResult result =
        assert_messages(request, {{level::ERROR, "Bye \"x\""}});
    EXPECT_FALSE(result);
    EXPECT_STREQ(
        result.message(),
        "the messages are others than expected\n"
        "expected:\n"
        "  level 40 \"Bye \\\"x\\\"\"\n"
        "waiting:\n"
        "  level 20 \"Hello\" tags \"a b\"\n"
    );
    EXPECT_STREQ(
        assert_messages(request, {}, false).message(),
        "the messages are others than expected, in any order\n"
        "expected:\n"
        "  (none)\n"
        "waiting:\n"
        "  level 20 \"Hello\" tags \"a b\"\n"
    );
}

TEST(AssertMessagesMacros, FailTheTestOfAnApplication) {
    EXPECT_NONFATAL_FAILURE(
        {
            TestSite site;
            Request request = site.request(site.user("ann"));
            messages::info(request, "Hello");
            EXPECT_TRUE(assert_messages(request, {}));
        },
        "waiting:\n  level 20 \"Hello\"\n"
    );
    EXPECT_FATAL_FAILURE(
        {
            TestSite site;
            Request request = site.request();
            ASSERT_TRUE(assert_messages(request, {{level::INFO, "Hello"}}));
        },
        "expected:\n  level 20 \"Hello\"\nwaiting:\n  (none)\n"
    );
}

class AfterAResponse : public ::testing::TestWithParam<const char*> {
protected:
    static Settings settings() {
        Settings settings;
        settings.message_storage = GetParam();
        return settings;
    }

    static http::Response view(Request& request) {
        messages::success(request, "Saved", "form");
        return {};
    }

    TestSite site{settings()};
};

TEST_P(AfterAResponse, TellsWhichMessagesTheNextPageShows) {
    TestClient client = site.client("ann", view);
    const TestResponse response = client.post("/profile/", "name=Ann");
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(assert_messages(response, {{level::SUCCESS, "Saved", "form"}}));
    EXPECT_TRUE(assert_messages(response, {{level::SUCCESS, "Saved", "form"}}));
    EXPECT_TRUE(assert_messages(
        client.get("/"), {{level::SUCCESS, "Saved", "form"}, {level::SUCCESS, "Saved", "form"}}
    ));
}

TEST_P(AfterAResponse, TellsThatAPageHasShownThem) {
    std::string shown;
    TestClient client = site.client("ann", [&](Request& request) {
        if (shown.empty()) {
            messages::info(request, "Hello");
            shown = "-";
        } else {
            shown = messages::get_messages(request).str();
        }
        return http::Response();
    });
    EXPECT_TRUE(assert_messages(client.get("/"), {{level::INFO, "Hello"}}));
    EXPECT_TRUE(assert_messages(client.get("/"), {}));
    EXPECT_EQ(shown, "Hello");
}

TEST_P(AfterAResponse, KeepsVisitorsApart) {
    TestClient ann = site.client("ann", view);
    TestClient bob = site.client("bob", [](Request&) { return http::Response(); });
    EXPECT_TRUE(assert_messages(ann.get("/"), {{level::SUCCESS, "Saved", "form"}}));
    EXPECT_TRUE(assert_messages(bob.get("/"), {}));
}

INSTANTIATE_TEST_SUITE_P(
    EveryStorage,
    AfterAResponse,
    ::testing::Values(
        "drf_messages.storage.DBStorage",
        "django.contrib.messages.storage.cookie.CookieStorage",
        "django.contrib.messages.storage.session.SessionStorage",
        "django.contrib.messages.storage.fallback.FallbackStorage"
    ),
    [](const ::testing::TestParamInfo<const char*>& storage) {
        const std::string name = storage.param;
        return name.substr(name.rfind('.') + 1);
    }
);

TEST(AssertMessagesOfARequestAndItsResponse, TellsWhatWaitsForAnAnonymousVisitor) {
    Settings settings;
    settings.message_storage = "django.contrib.messages.storage.cookie.CookieStorage";
    TestSite site(settings);
    Middleware middleware(site);
    http::Request request;
    request.headers.set("Host", "testserver");
    request.headers.set("Cookie", "theme=dark; other=1");
    const http::Response response = middleware(request, [](Request& visit) {
        messages::info(visit, "Hello");
        return http::Response();
    });
    EXPECT_TRUE(assert_messages(site, request, response, {{level::INFO, "Hello"}}));
    EXPECT_TRUE(assert_messages(site, request, http::Response(), {}));
}

TEST(AssertMessagesOfARequestAndItsResponse, ThrowsWhenTheSiteCanNotSay) {
    Settings settings;
    settings.secure_ssl_redirect = true; // answers 301 to what comes without TLS
    settings.middleware.insert(
        settings.middleware.begin(), "django.middleware.security.SecurityMiddleware"
    );
    TestSite site(settings);
    EXPECT_THROW(waiting_messages(site, Cookies()), std::runtime_error);
}

} // namespace
} // namespace drf_messages::test
