// SPDX-License-Identifier: MIT
#include "pages/json_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace drf_messages::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string linked(MessageId id) {
    return "/m/" + std::to_string(id.value) + "/";
}

TEST(JsonBlock, EscapesEveryTextOfTheAnswer) {
    EXPECT_EQ(
        json_block(R"({"a<b": "<script>&'\"</script>", "n": -1.5})"),
        "{<span class=\"k\">&quot;a&lt;b&quot;</span>: <span class=\"s\">&quot;<bdi>"
        "&lt;script&gt;&amp;&#x27;\\&quot;&lt;/script&gt;</bdi>&quot;</span>, "
        "<span class=\"k\">&quot;n&quot;</span>: <span class=\"n\">-1.5</span>}"
    );
    EXPECT_THAT(json_block("\"\u202e\u007f\""), HasSubstr("<bdi>\\u202e\\u007f</bdi>"));
}

TEST(JsonBlock, LinksAddresses) {
    const auto block = json_block(
        R"("See https://example.com/a?b=1&c=2. And www.example.org, mail me@example.com")"
    );
    EXPECT_THAT(
        block,
        HasSubstr("<a href=\"https://example.com/a?b=1&amp;c=2\" "
                  "rel=\"nofollow\">https://example.com/a?b=1&amp;c=2</a>. And")
    );
    EXPECT_THAT(
        block,
        HasSubstr("<a href=\"http://www.example.org\" rel=\"nofollow\">www.example.org</a>, mail")
    );
    EXPECT_THAT(block, HasSubstr("<a href=\"mailto:me@example.com\">me@example.com</a></bdi>"));
    EXPECT_THAT(
        json_block(R"("http://evil.example/\"onmouseover=\"x")"),
        HasSubstr("<a href=\"http://evil.example/\" "
                  "rel=\"nofollow\">http://evil.example/</a>\\&quot;onmouseover")
    );
}

TEST(JsonBlock, LinksNothingElse) {
    for (const auto* text :
         {R"J("javascript:alert(1)")J",
          R"("https://")",
          R"("xhttps://a/")",
          R"("a@b")",
          R"("@b.c")",
          R"("www.")"}) {
        EXPECT_THAT(json_block(text), Not(HasSubstr("<a "))) << text;
    }
    EXPECT_THAT(json_block("\"https://unfinished"), Not(HasSubstr("<script")));
    EXPECT_THAT(json_block("\""), HasSubstr("&quot;"));
}

TEST(JsonBlock, LinksTheIdsOfAList) {
    const std::string link = "<a class=\"message\" href=\"/m/7/\">7</a>";
    for (const auto* list : {R"([{"id": 7}])", R"({"count": 1, "results": [{"id": 7, "x": 1}]})"}) {
        EXPECT_THAT(json_block(list, linked), HasSubstr(link)) << list;
        EXPECT_THAT(json_block(list), Not(HasSubstr("<a ")));
    }
    EXPECT_THAT(json_block(R"([{"id": "7"}])", linked), HasSubstr(link));
    for (const auto* other :
         {R"({"id": 7})",
          R"({"other": [{"id": 7}]})",
          R"([{"a": {"id": 7}}])",
          R"([{"a": 7}])",
          R"([{"id": "x7"}])",
          R"([{"id": 9223372036854775808}])",
          R"([{"id": "9223372036854775808"}])",
          R"([{"id": null}])"}) {
        EXPECT_THAT(json_block(other, linked), Not(HasSubstr("<a "))) << other;
    }
}

} // namespace
} // namespace drf_messages::pages
