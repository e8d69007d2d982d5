// SPDX-License-Identifier: MIT
#include "http/headers.hpp"
#include "http/message.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace drf_messages::http {
namespace {

struct Vary {
    std::optional<std::string_view> before;
    std::string_view name;
    std::string_view after;
};

// django.utils.cache.patch_vary_headers, 3.2.25.
const std::vector<Vary> varies = {
    {std::nullopt, "Cookie", "Cookie"},
    {"Accept", "Cookie", "Accept, Cookie"},
    {"accept , Cookie", "cookie", "accept, Cookie"},
    {"Accept,Cookie", "Accept-Language", "Accept, Cookie, Accept-Language"},
    {"*", "Cookie", "*"},
    {"", "Cookie", ", Cookie"},
    {"A,*,B", "C", "*"},
    {"A", "*", "*"},
    {"Accept", "accept", "Accept"},
};

TEST(Headers, FindTheFirstFieldWithoutCase) {
    Headers headers;
    headers.add("Set-Cookie", "a");
    headers.add("set-cookie", "b");
    EXPECT_EQ(headers.find("SET-COOKIE"), "a");
    EXPECT_EQ(headers.find("Set-Cookies"), std::nullopt);
    EXPECT_EQ(headers.fields().size(), 2U);
}

TEST(Headers, SetLeavesOneFieldInItsPlace) {
    Headers headers;
    headers.add("A", "1");
    headers.add("B", "2");
    headers.add("a", "3");
    headers.set("a", "4");
    EXPECT_EQ(headers.fields(), (std::vector<Headers::Field>{{"A", "4"}, {"B", "2"}}));
    headers.set("C", "5");
    EXPECT_EQ(headers.find("c"), "5");
}

TEST(Headers, RemoveEveryFieldOfAName) {
    Headers headers;
    headers.add("A", "1");
    headers.add("a", "2");
    headers.add("B", "3");
    headers.remove("A");
    EXPECT_EQ(headers.fields(), (std::vector<Headers::Field>{{"B", "3"}}));
}

TEST(Vary, IsPatchedAsDjangoDoes) {
    for (const auto& row : varies) {
        Headers headers;
        if (row.before) {
            headers.add("Vary", std::string(*row.before));
        }
        patch_vary(headers, row.name);
        EXPECT_EQ(headers.find("Vary"), row.after) << row.before.value_or("absent");
    }
}

TEST(ReasonPhrase, IsPythonsWording) {
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(404), "Not Found");
    EXPECT_EQ(reason_phrase(413), "Request Entity Too Large");
    EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
    EXPECT_EQ(reason_phrase(299), "");
}

} // namespace
} // namespace drf_messages::http
