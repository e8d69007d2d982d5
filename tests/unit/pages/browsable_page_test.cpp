// SPDX-License-Identifier: MIT
#include "pages/browsable_page.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace drf_messages;

TEST(BrowsablePage, EscapesEveryTextOfTheAnswer) {
    EXPECT_EQ(
        pages::highlight_json(R"({"a<b": "<script>&'\"</script>", "n": -1.5})"),
        "{<span class=\"k\">&quot;a&lt;b&quot;</span>: <span "
        "class=\"s\">&quot;&lt;script&gt;&amp;&#x27;\\&quot;&lt;/script&gt;&quot;</span>, "
        "<span class=\"k\">&quot;n&quot;</span>: <span class=\"n\">-1.5</span>}"
    );
}

TEST(BrowsablePage, LinksOnlyAddressesOfTheWeb) {
    EXPECT_EQ(
        pages::highlight_json(R"("https://a/?b=1&c='")"),
        "<span class=\"s\">&quot;<a href=\"https://a/?b=1&amp;c=&#x27;\" "
        "rel=\"nofollow\">https://a/?b=1&amp;c=&#x27;</a>&quot;</span>"
    );
    for (const auto* text :
         {R"J("javascript:alert(1)")J", R"("https://a/ b")", R"("https://a/\"x")"}) {
        EXPECT_EQ(pages::highlight_json(text).find("<a "), std::string::npos) << text;
    }
    EXPECT_EQ(pages::highlight_json("\"https://unfinished").find("<script"), std::string::npos);
}

} // namespace
