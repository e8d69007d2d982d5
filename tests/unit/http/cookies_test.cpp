// SPDX-License-Identifier: MIT
#include "http/cookies.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drf_messages::http {
namespace {

using namespace std::chrono_literals;

using Cookies = std::unordered_map<std::string, std::string>;

constexpr std::chrono::sys_seconds now{1'700'000'000s};

struct Row {
    std::string_view header;
    Cookies cookies;
};

// WSGIRequest.COOKIES of Django 3.2.25 on Python 3.11.
const std::vector<Row> rows = {
    {"", {}},
    {"a=1", {{"a", "1"}}},
    {"a=1; b=2", {{"a", "1"}, {"b", "2"}}},
    {"a=1;b=2; a=3", {{"a", "3"}, {"b", "2"}}},
    {"a", {{"", "a"}}},
    {"=x", {{"", "x"}}},
    {"a=; b", {{"a", ""}, {"", "b"}}},
    {" a = 1 ;; ;", {{"a", "1"}}},
    {"a=\"x y\"", {{"a", "x y"}}},
    {"a=\"\\\"q\\\\\"", {{"a", "\"q\\"}}},
    {"a=\"\\054\\073\\303\\251\"", {{"a", ",;\303\203\302\251"}}},
    {"a=\"\\351\"", {{"a", "\303\251"}}},
    {"a=\"", {{"a", "\""}}},
    {"a=\"\"", {{"a", ""}}},
    {"a=\"x", {{"a", "\"x"}}},
    {"a=\"\\400\\08\\\"", {{"a", "40008\\"}}},
    {"a=x\"y\"", {{"a", "x\"y\""}}},
    {"caf\303\251=\303\251", {{"caf\303\251", "\303\251"}}},
    {"a=\351", {{"a", "\357\277\275"}}},
    {"a=b=c", {{"a", "b=c"}}},
    {"\302\240a\343\200\200=\302\205b\342\200\203", {{"a", "b"}}},
    {"a=\"\\\012\\x\"", {{"a", "\\\012x"}}},
    {"\034a\037=1", {{"a", "1"}}},
    {"sessionid=abc, csrftoken=def", {{"sessionid", "abc, csrftoken=def"}}},
    {"a=\"x\\", {{"a", "\"x\\"}}},
    {"a=\"\\\303\251\"", {{"a", "\303\251"}}},
    {"\342\200\213=\342\200\213", {{"\342\200\213", "\342\200\213"}}},
    {"x=\302\251", {{"x", "\302\251"}}},
    {"x=\342\201\240\205", {{"x", "\342\201\240\357\277\275"}}},
};

struct Quoting {
    std::string_view value;
    std::string_view expected;
};

// set_cookie("n", value, path=None)
const std::vector<Quoting> quotings = {
    {"", "n=\"\""},
    {"abc", "n=abc"},
    {"a b", "n=\"a b\""},
    {"a,b;c", "n=\"a\\054b\\073c\""},
    {"\"q\"\\", "n=\"\\\"q\\\"\\\\\""},
    {"\303\251", "n=\"\\351\""},
    {"\342\202\254", "n=\"\342\202\254\""},
    {"\303\277\177", "n=\"\\377\\177\""},
    {"a:b", "n=a:b"},
    {"x=y", "n=\"x=y\""},
    {std::string_view("\000\012", 2), "n=\"\\000\\012\""},
    {"{}[]()<>@?/=", "n=\"{}[]()<>@?/=\""},
    {".eJxVj:1q/x", "n=\".eJxVj:1q/x\""},
    {"\303\252\342\202\254\303\251", "n=\"\\352\342\202\254\\351\""},
};

struct Date {
    std::int64_t seconds;
    std::string_view expected;
};

// django.utils.http.http_date
const std::vector<Date> dates = {
    {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
    {951782399, "Mon, 28 Feb 2000 23:59:59 GMT"},
    {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
    {1704067199, "Sun, 31 Dec 2023 23:59:59 GMT"},
    {4107542399, "Sun, 28 Feb 2100 23:59:59 GMT"},
    {32503680000, "Wed, 01 Jan 3000 00:00:00 GMT"},
    {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
};

TEST(CookieHeader, IsReadAsDjangoReadsIt) {
    for (const auto& row : rows) {
        EXPECT_EQ(parse_cookies(row.header), row.cookies) << row.header;
    }
}

TEST(CookieHeader, IsReadUpToAThousandCookies) {
    std::string header;
    for (std::size_t number = 0; number < most_cookies; ++number) {
        header += "c" + std::to_string(number) + "=v; ";
    }
    EXPECT_EQ(parse_cookies(header + "last=v").size(), most_cookies);
    EXPECT_EQ(parse_cookies("first=v; " + header).count("c998"), 1U);
    EXPECT_EQ(parse_cookies("first=v; " + header).count("c999"), 0U);
}

TEST(SetCookie, QuotesAsPythonDoes) {
    CookieAttributes attributes;
    attributes.path = "";
    for (const auto& row : quotings) {
        EXPECT_EQ(set_cookie("n", row.value, attributes, now), row.expected) << row.value;
    }
}

TEST(SetCookie, HasOnlyAPathByDefault) {
    EXPECT_EQ(set_cookie("n", "v", {}, now), "n=v; Path=/");
}

TEST(SetCookie, DatesItsEndFromTheMaximumAge) {
    CookieAttributes attributes;
    attributes.max_age = 60s;
    EXPECT_EQ(
        set_cookie("n", "v", attributes, now),
        "n=v; expires=Tue, 14 Nov 2023 22:14:20 GMT; Max-Age=60; Path=/"
    );
    attributes.max_age = 0s;
    EXPECT_EQ(
        set_cookie("n", "v", attributes, now),
        "n=v; expires=Tue, 14 Nov 2023 22:13:20 GMT; Max-Age=0; Path=/"
    );
    attributes.max_age = -5s;
    EXPECT_EQ(
        set_cookie("n", "v", attributes, now),
        "n=v; expires=Tue, 14 Nov 2023 22:13:15 GMT; Max-Age=-5; Path=/"
    );
}

TEST(SetCookie, WritesAllAttributesInPythonsOrder) {
    CookieAttributes attributes;
    attributes.max_age = 60s;
    attributes.expires = now + 60s;
    attributes.path = "/app/";
    attributes.domain = ".example.com";
    attributes.secure = true;
    attributes.httponly = true;
    attributes.samesite = "Strict";
    EXPECT_EQ(
        set_cookie("n", "v", attributes, now),
        "n=v; Domain=.example.com; expires=Tue, 14 Nov 2023 22:14:20 GMT; HttpOnly; Max-Age=60; "
        "Path=/app/; SameSite=Strict; Secure"
    );
}

TEST(SetCookie, LeavesOutWhatIsEmpty) {
    CookieAttributes attributes;
    attributes.path = "";
    attributes.domain = "";
    attributes.samesite = "";
    EXPECT_EQ(set_cookie("n", "v", attributes, now), "n=v");
}

TEST(SetCookie, WritesAnExpiryWithoutAnAge) {
    CookieAttributes attributes;
    attributes.expires = std::chrono::sys_seconds(1s);
    EXPECT_EQ(
        set_cookie("n", "v", attributes, now), "n=v; expires=Thu, 01 Jan 1970 00:00:01 GMT; Path=/"
    );
}

TEST(DeleteCookie, ExpiresAtTheBeginningOfTime) {
    EXPECT_EQ(
        delete_cookie("n", "/", std::nullopt, std::nullopt),
        "n=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"
    );
}

TEST(DeleteCookie, IsSecureWhereBrowsersDemandIt) {
    EXPECT_EQ(
        delete_cookie("__Secure-x", "/a/", "d.example", "Lax"),
        "__Secure-x=\"\"; Domain=d.example; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; "
        "Path=/a/; SameSite=Lax; Secure"
    );
    EXPECT_EQ(
        delete_cookie("__Host-x", "/", std::nullopt, std::nullopt),
        "__Host-x=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure"
    );
    EXPECT_EQ(
        delete_cookie("n", "/", std::nullopt, "nOne"),
        "n=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=nOne; Secure"
    );
}

TEST(HttpDate, IsWrittenAsDjangoWritesIt) {
    for (const auto& row : dates) {
        EXPECT_EQ(
            http_date(std::chrono::sys_seconds(std::chrono::seconds(row.seconds))), row.expected
        );
    }
}

} // namespace
} // namespace drf_messages::http
