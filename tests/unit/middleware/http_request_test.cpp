// SPDX-License-Identifier: MIT
#include "middleware/host.hpp"
#include "middleware/http_request.hpp"
#include "middleware/wsgi_path.hpp"
#include "unit/middleware/site_test.hpp"

#include <gmock/gmock.h>

namespace drf_messages::middleware {
namespace {

using HttpRequestTest = SiteTest;

TEST(HostDomain, IsTheHostInLowerCaseWithoutPortAndTrailingDot) {
    const std::pair<const char*, std::optional<std::string>> cases[] = {
        {"testserver", "testserver"},
        {"TestServer:8080", "testserver"},
        {"testserver.", "testserver"},
        {"testserver.:80", "testserver"},
        {"10.0.0.1:1", "10.0.0.1"},
        {"[::1]", "[::1]"},
        {"[::1]:80", "[::1]"},
        {"[2001:DB8::1.2.3.4]", "[2001:db8::1.2.3.4]"},
        {"", std::nullopt},
        {".", std::nullopt},
        {"a_b", std::nullopt},
        {"a b", std::nullopt},
        {"user@testserver", std::nullopt},
        {"testserver:", std::nullopt},
        {"testserver:8a", std::nullopt},
        {"testserver:1:2", std::nullopt},
        {"[::1", std::nullopt},
        {"[]", std::nullopt},
        {"[1234]", std::nullopt},
        {"[::g]", std::nullopt},
        {"[1:]", std::nullopt},
        {"testserver/x", std::nullopt},
        {"b\xC3\xA4r", std::nullopt},
    };
    for (const auto& [host, domain] : cases) {
        EXPECT_EQ(host_domain(host), domain) << host;
    }
}

TEST(HostOfAnAddress, HasBracketsAroundIpv6AndNoZone) {
    EXPECT_EQ(host_of_address("10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(host_of_address("messages.example.com"), "messages.example.com");
    EXPECT_EQ(host_of_address("::1"), "[::1]");
    EXPECT_EQ(host_of_address("fe80::1%eth0"), "[fe80::1]");
}

TEST(AllowedHost, MatchesWholeNamesDomainsAndTheStar) {
    EXPECT_TRUE(is_allowed_host("a.example", {"b.example", "A.example"}));
    EXPECT_TRUE(is_allowed_host("deep.a.example", {".a.example"}));
    EXPECT_TRUE(is_allowed_host("a.example", {".a.example"}));
    EXPECT_TRUE(is_allowed_host("anything", {"*"}));
    EXPECT_FALSE(is_allowed_host("deep.a.example", {"a.example"}));
    EXPECT_FALSE(is_allowed_host("not-a.example", {".a.example"}));
    EXPECT_FALSE(is_allowed_host("a.example", {}));
    EXPECT_FALSE(is_allowed_host("a.example", {""}));
}

TEST(TargetParts, AreThoseThatAWsgiServerPassesOn) {
    const std::pair<const char*, std::pair<const char*, const char*>> cases[] = {
        {"/a/?b=c", {"/a/", "b=c"}},
        {"/a/", {"/a/", ""}},
        {"/a/?b?c", {"/a/", "b?c"}},
        {"//a/b", {"//a/b", ""}},
        {"", {"", ""}},
        {"/a/?u=http://x/", {"/a/", "u=http://x/"}},
        {"*", {"*", ""}},
    };
    for (const auto& [target, parts] : cases) {
        EXPECT_EQ(split_target(target).path, parts.first) << target;
        EXPECT_EQ(split_target(target).query, parts.second) << target;
    }
}

TEST(DecodedPath, IsUtf8WithTheOtherBytesEscapedAgain) {
    EXPECT_EQ(decode_path(""), "/");
    EXPECT_EQ(decode_path("/messages/%70eek/"), "/messages/peek/");
    EXPECT_EQ(decode_path("/caf%C3%A9/"), "/caf\xC3\xA9/");
    EXPECT_EQ(decode_path("/caf%E9/%C3%A9/"), "/caf%E9/\xC3\xA9/");
    EXPECT_EQ(decode_path("/%E2%82/%"), "/%E2%82/%");
    EXPECT_EQ(decode_path("/a+b%2Fc"), "/a+b/c");
}

TEST_F(HttpRequestTest, ShowsHeadersAsWsgiDoes) {
    const http::Request wire = request(
        "get",
        "/known/",
        {{"Accept", "a"},
         {"X-Under-Score", "1"},
         {"X_Under_Score", "2"},
         {"accept", "b"},
         {"X-Latin", "caf\xE9"},
         {"Content-Type", "x"},
         {"Content-Type", "y"}}
    );
    HttpRequest seen(site, wire);
    EXPECT_EQ(seen.method, "GET");
    EXPECT_EQ(seen.header("Accept"), "a,b");
    EXPECT_EQ(seen.header("x-under-score"), "1");
    EXPECT_EQ(seen.meta("HTTP_X_UNDER_SCORE"), "1");
    EXPECT_EQ(seen.header("X-Latin"), "caf\xC3\xA9");
    EXPECT_EQ(seen.meta("CONTENT_TYPE"), "y");
    EXPECT_EQ(seen.meta("SERVER_NAME"), std::nullopt);
    EXPECT_EQ(seen.header("Referer"), std::nullopt);
}

TEST_F(HttpRequestTest, IsNotSecureByAFieldThatAProxyMissesForItsUnderscore) {
    site.settings.secure_proxy_ssl_header = {"HTTP_X_FORWARDED_PROTO", "https"};
    const http::Request spoofed = request("GET", "/", {{"X_Forwarded_Proto", "https"}});
    EXPECT_FALSE(HttpRequest(site, spoofed).is_secure());
    const http::Request forwarded = request("GET", "/", {{"X-Forwarded-Proto", "https"}});
    EXPECT_TRUE(HttpRequest(site, forwarded).is_secure());
}

TEST_F(HttpRequestTest, KnowsItsPlaceUnderAScriptName) {
    const http::Request wire = request("GET", "/messages/%C3%A9?limit=2&q=%20\xE9");
    HttpRequest plain(site, wire);
    EXPECT_EQ(plain.path_info, "/messages/\xC3\xA9");
    EXPECT_EQ(plain.path, plain.path_info);
    EXPECT_EQ(plain.full_path(false), "/messages/%C3%A9?limit=2&q=%20%C3%A9");
    EXPECT_EQ(plain.full_path(true), "/messages/%C3%A9/?limit=2&q=%20%C3%A9");
    EXPECT_EQ(plain.build_absolute_uri(), "http://testserver/messages/%C3%A9?limit=2&q=%20%C3%A9");

    site.settings.force_script_name = "/site/";
    HttpRequest mounted(site, wire);
    EXPECT_EQ(mounted.path_info, "/messages/\xC3\xA9");
    EXPECT_EQ(mounted.path, "/site/messages/\xC3\xA9");
}

TEST_F(HttpRequestTest, BelievesForwardedHeadersOnlyWhenToldTo) {
    const http::Request wire = request(
        "GET",
        "/",
        {{"X-Forwarded-Host", "proxy.example"},
         {"X-Forwarded-Port", "8443"},
         {"X-Forwarded-Proto", "https"}}
    );
    HttpRequest direct(site, wire);
    EXPECT_EQ(direct.host(), "testserver");
    EXPECT_EQ(direct.port(), "80");
    EXPECT_FALSE(direct.is_secure());

    site.settings.use_x_forwarded_host = true;
    site.settings.use_x_forwarded_port = true;
    site.settings.secure_proxy_ssl_header = {"HTTP_X_FORWARDED_PROTO", "https"};
    HttpRequest forbidden(site, wire);
    EXPECT_EQ(forbidden.host(), std::nullopt);
    EXPECT_THROW(forbidden.build_absolute_uri(), BadRequest);
    site.settings.allowed_hosts = {"proxy.example"};
    HttpRequest proxied(site, wire);
    EXPECT_EQ(proxied.build_absolute_uri(), "https://proxy.example/");
    EXPECT_EQ(proxied.port(), "8443");
}

TEST_F(HttpRequestTest, LeadsToTheServerWhereTheClientNamesNoHost) {
    site.settings.allowed_hosts = {"*"};
    struct Row {
        std::string name;
        std::uint16_t port;
        bool secure;
        std::string uri;
    };
    const Row rows[] = {
        {"127.0.0.1", 8000, false, "http://127.0.0.1:8000/"},
        {"127.0.0.1", 80, false, "http://127.0.0.1/"},
        {"10.0.0.7", 443, false, "http://10.0.0.7:443/"},
        {"10.0.0.7", 443, true, "https://10.0.0.7/"},
        {"10.0.0.7", 80, true, "https://10.0.0.7:80/"},
        {"::1", 8000, false, "http://[::1]:8000/"},
        {"fe80::1%2", 8000, false, "http://[fe80::1]:8000/"},
        {"", 0, false, "http://127.0.0.1/"}, // a Unix socket
        {"", 0, true, "https://127.0.0.1/"},
    };
    for (const Row& row : rows) {
        http::Request wire = request("GET", "/");
        wire.headers.remove("Host");
        wire.server_name = row.name;
        wire.server_port = row.port;
        wire.secure = row.secure;
        EXPECT_EQ(HttpRequest(site, wire).build_absolute_uri(), row.uri);
    }
}

TEST_F(HttpRequestTest, BelievesTheForwardedPortAlsoWithoutAHost) {
    site.settings.allowed_hosts = {"*"};
    http::Request wire = request("GET", "/", {{"X-Forwarded-Port", "8443"}});
    wire.headers.remove("Host");
    wire.server_name = "10.0.0.7";
    wire.server_port = 8000;
    EXPECT_EQ(HttpRequest(site, wire).build_absolute_uri(), "http://10.0.0.7:8000/");
    site.settings.use_x_forwarded_port = true;
    EXPECT_EQ(HttpRequest(site, wire).build_absolute_uri(), "http://10.0.0.7:8443/");
    // a host that is named has its own port or none
    wire.headers.set("X-Forwarded-Host", "proxy.example");
    site.settings.use_x_forwarded_host = true;
    EXPECT_EQ(HttpRequest(site, wire).build_absolute_uri(), "http://proxy.example/");
    wire.headers.remove("X-Forwarded-Host");
    wire.headers.set("Host", "testserver");
    EXPECT_EQ(HttpRequest(site, wire).build_absolute_uri(), "http://testserver/");
}

TEST_F(HttpRequestTest, HoldsTheServersOwnNameToTheAllowedHosts) {
    http::Request wire = request("GET", "/");
    wire.headers.remove("Host");
    wire.server_name = "10.0.0.7";
    wire.server_port = 8000;
    EXPECT_EQ(HttpRequest(site, wire).host(), std::nullopt);
    site.settings.allowed_hosts = {"10.0.0.7"};
    EXPECT_EQ(HttpRequest(site, wire).host(), "10.0.0.7:8000");
}

TEST_F(HttpRequestTest, AllowsLocalHostsWhileDebuggingWithoutAList) {
    site.settings.allowed_hosts.clear();
    const http::Request wire = request("GET", "/", {{"Host", "app.localhost:8000"}});
    EXPECT_EQ(HttpRequest(site, wire).host(), std::nullopt);
    site.settings.debug = true;
    EXPECT_EQ(HttpRequest(site, wire).host(), "app.localhost:8000");
    EXPECT_EQ(HttpRequest(site, request("GET", "/")).host(), std::nullopt);
}

TEST_F(HttpRequestTest, RefusesAQueryOfTooManyFields) {
    site.settings.data_upload_max_number_fields = 2;
    const http::Request two = request("GET", "/?a=1&b=2");
    const http::Request three = request("GET", "/?a=1&b=2&c=3");
    EXPECT_TRUE(HttpRequest(site, two).query());
    EXPECT_FALSE(HttpRequest(site, three).query());
}

TEST_F(HttpRequestTest, TakesTheLastCookieOfAName) {
    const http::Request wire = request("GET", "/", {{"Cookie", "a=1; b=\"2\"; a=3"}});
    HttpRequest seen(site, wire);
    EXPECT_EQ(seen.cookies().at("a"), "3");
    EXPECT_EQ(seen.cookies().at("b"), "2");
}

TEST_F(HttpRequestTest, TakesSeveralCookieFieldsAsOne) {
    const http::Request wire = request(
        "GET",
        "/",
        {{"Cookie", "theme=dark"}, {"Accept", "*/*"}, {"cookie", "a=1; b=x,y"}, {"COOKIE", "a=2"}}
    );
    HttpRequest seen(site, wire);
    EXPECT_EQ(seen.cookies().at("theme"), "dark");
    EXPECT_EQ(seen.cookies().at("b"), "x,y");
    EXPECT_EQ(seen.cookies().at("a"), "2");
    EXPECT_EQ(seen.header("Cookie"), "theme=dark; a=1; b=x,y; a=2");
    EXPECT_EQ(seen.meta("HTTP_COOKIE"), seen.header("Cookie"));
}

} // namespace
} // namespace drf_messages::middleware
