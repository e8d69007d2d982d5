// SPDX-License-Identifier: MIT
#include "html/escape.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace drf_messages::html {
namespace {

TEST(Escape, IsDjangos) {
    EXPECT_EQ(escaped("<a href='x'>&\"</a>"), "&lt;a href=&#x27;x&#x27;&gt;&amp;&quot;&lt;/a&gt;");
    EXPECT_EQ(escaped("grüße"), "grüße");
}

TEST(Visible, WritesWhatCannotBeSeenAsJsonDoes) {
    EXPECT_EQ(visible("a\u202eb\u200fc"), "a\\u202eb\\u200fc");
    EXPECT_EQ(visible(std::string_view("\0\x07\x7f", 3)), "\\u0000\\u0007\\u007f");
    EXPECT_EQ(visible("\U000e0041"), "\\udb40\\udc41");
    EXPECT_EQ(visible("a\r\nb\rc"), "a\r\nb\\u000dc");
    EXPECT_EQ(visible("\u0085\u200b\u2028\ufeff"), "\\u0085\\u200b\\u2028\\ufeff");
}

TEST(Visible, LeavesWhatCanBeSeen) {
    for (const std::string_view text : {"grüße ✓ 😀", "שלום", "a\n\tb", "\xff broken", ""}) {
        EXPECT_EQ(visible(text), text);
    }
}

} // namespace
} // namespace drf_messages::html
