// SPDX-License-Identifier: MIT
#include "admin/page.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace drf_messages::admin {
namespace {

std::optional<std::int64_t> id(std::string_view text) {
    const auto found = parse_message_id(text);
    return found ? std::optional(found->value) : std::nullopt;
}

TEST(AnIdInAPath, IsReadAsDjangoReadsIt) {
    EXPECT_EQ(id("3"), 3);
    EXPECT_EQ(id(" +3 "), 3);
    EXPECT_EQ(id("1_0"), 10);
    EXPECT_EQ(id("9223372036854775807"), INT64_MAX);
    for (const std::string_view none : {"", "abc", "3.0", "9223372036854775808", "3/", "_33"}) {
        EXPECT_EQ(id(none), std::nullopt) << none;
    }
}

TEST(AnIdInAPath, HasWhatDjangoQuotesAsItWas) {
    EXPECT_EQ(unquote("a_2Fb"), "a/b");
    EXPECT_EQ(unquote("_5F33"), "_33");
    EXPECT_EQ(unquote("_33_"), "_33_");
    EXPECT_EQ(unquote("_2f_2"), "_2f_2");
    EXPECT_EQ(quote("a/b_c"), "a_2Fb_5Fc");
    EXPECT_EQ(unquote(quote("<a href=\"x\">%\n")), "<a href=\"x\">%\n");
}

TEST(ASessionKey, IsNotShownWhole) {
    EXPECT_EQ(masked_session_key("alicesessionkey00000000000000001"), "aliceses…");
    EXPECT_EQ(masked_session_key("short"), "short");
    EXPECT_EQ(masked_session_key("äöüäöüäöüäöüä"), "äöüäöüäö…");
}

} // namespace
} // namespace drf_messages::admin
