// SPDX-License-Identifier: MIT
#include <drf_messages/endpoint.hpp>
#include <drf_messages/messages.hpp>
#include <drf_messages/testing/messages_test.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace drf_messages::test {
namespace {

http::Response setting(std::initializer_list<const char*> cookies) {
    http::Response response;
    for (const char* cookie : cookies) {
        response.headers.add("Set-Cookie", cookie);
    }
    return response;
}

TEST(CookiesOfATest, AreThoseOfTheLastAnswers) {
    Cookies cookies;
    EXPECT_EQ(cookies.header(), "");
    cookies.take(setting({"a=1; Path=/; HttpOnly", "b=x=y; Max-Age=60"}));
    EXPECT_EQ(cookies.header(), "a=1; b=x=y");
    cookies.take(setting({"a=2; Path=/"}));
    EXPECT_EQ(cookies.get("a"), "2");
    cookies.take(setting({"b=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"}));
    EXPECT_EQ(cookies.header(), "a=2");
    EXPECT_EQ(cookies.get("b"), "");
}

TEST(CookiesOfATest, AreTakenFromARequest) {
    http::Request request;
    request.headers.set("cookie", " a=1;b=2 ; c=");
    Cookies cookies;
    cookies.take(request);
    EXPECT_EQ(cookies.header(), "a=1; b=2; c=");
}

class TestClientTest : public MessagesTest {};

TEST_F(TestClientTest, SendsWhatABrowserSends) {
    std::vector<http::Request> sent;
    TestClient client(site, [&](const http::Request& request) {
        sent.push_back(request);
        return setting({"a=1"});
    });
    client.get("/?q=1");
    const TestResponse response = client.post("/form/", "text=x");
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].method, "GET");
    EXPECT_EQ(sent[0].target, "/?q=1");
    EXPECT_EQ(sent[0].headers.find("Host"), "testserver");
    EXPECT_FALSE(sent[0].headers.contains("Cookie"));
    EXPECT_EQ(sent[1].method, "POST");
    EXPECT_EQ(sent[1].body, "text=x");
    EXPECT_EQ(sent[1].headers.find("Content-Length"), "6");
    EXPECT_EQ(sent[1].headers.find("Content-Type"), "application/x-www-form-urlencoded");
    const std::string token(64, 'x');
    EXPECT_EQ(sent[1].headers.find("X-CSRFToken"), token);
    EXPECT_EQ(sent[1].headers.find("Cookie"), "a=1; csrftoken=" + token);
    EXPECT_EQ(response.cookies.header(), "a=1");
}

TEST_F(TestClientTest, IsAnonymousUntilItLogsIn) {
    std::optional<UserId> user;
    std::string view_name;
    const auto view = [&](Request& request) {
        user = request.viewer().user;
        view_name = request.view_name();
        return http::Response();
    };
    const UserId ann = site.user("ann");
    TestClient client = site.client(view, "profile:save");
    client.get("/");
    EXPECT_EQ(user, std::nullopt);
    EXPECT_EQ(view_name, "profile:save");
    client.log_in("ann", "ann");
    client.get("/");
    EXPECT_EQ(user, ann);
    EXPECT_THROW(client.log_in("ann", "wrong"), std::runtime_error);
}

TEST_F(TestClientTest, LogsInWithAnyNameAndPassword) {
    const UserId user = site.site().users().create_user("a+b@c", {.password = "p &=%+\xC3\xA9"});
    std::optional<UserId> seen;
    TestClient client = site.client([&](Request& request) {
        seen = request.viewer().user;
        return http::Response();
    });
    client.log_in("a+b@c", "p &=%+\xC3\xA9");
    client.get("/");
    EXPECT_EQ(seen, user);
}

TEST(TestClientOfAnySite, NeedsARouteToLogIn) {
    Settings settings;
    settings.database.name = ":memory:";
    settings.secret_key = "key";
    Site site(settings);
    site.migrate();
    TestClient client = TestClient::of_view(site, [](Request&) { return http::Response(); });
    EXPECT_THROW(client.log_in("ann", "ann"), std::logic_error);
}

TEST_F(TestClientTest, ReachesTheEndpointToo) {
    Endpoint endpoint(site);
    TestClient client(site, [&](const http::Request& request) { return endpoint(request); });
    Request request = site.request(site.user("ann"));
    messages::warning(request, "Careful");
    http::Headers headers;
    headers.set("Authorization", "Basic YW5uOmFubg==");
    EXPECT_EQ(
        client.request("GET", "/messages/peek/", {}, headers).body,
        R"({"count":1,"max_level":30,"max_level_tag":"warning"})"
    );
}

} // namespace
} // namespace drf_messages::test
