// SPDX-License-Identifier: MIT
#include "html/assets.hpp"

#include <gtest/gtest.h>

namespace drf_messages::html {
namespace {

TEST(Assets, AreFoundByName) {
    const auto style = find_asset("style.css");
    ASSERT_TRUE(style);
    EXPECT_EQ(style->media_type, "text/css; charset=utf-8");
    EXPECT_NE(style->bytes.find(":root"), std::string_view::npos);
    EXPECT_EQ(style->digest.size(), 64U);
    const auto script = find_asset("page.js");
    ASSERT_TRUE(script);
    EXPECT_EQ(script->media_type, "text/javascript; charset=utf-8");
    EXPECT_NE(script->digest, style->digest);
    const auto icon = find_asset("icon.svg");
    ASSERT_TRUE(icon);
    EXPECT_EQ(icon->media_type, "image/svg+xml");
    EXPECT_NE(
        find_asset("drf-messages.js")->bytes.find("export function connect"), std::string_view::npos
    );
    EXPECT_TRUE(find_asset("drf-messages-elements.js"));
    for (const char* name : {"", "style", "../style.css", "api.mustache"}) {
        EXPECT_FALSE(find_asset(name)) << name;
    }
}

TEST(StaticUrl, IsThatOfDjangoUnlessItLeadsElsewhere) {
    struct Row {
        std::optional<std::string> static_url;
        std::optional<std::string> script_name;
        const char* expected;
    };
    for (const Row& row :
         {Row{{}, {}, "/static/"},
          Row{"static/", {}, "/static/"},
          Row{"/files/", {}, "/files/"},
          Row{"https://cdn.example.com/s/", {}, "/static/"},
          Row{"//cdn.example.com/", {}, "/static/"},
          Row{{}, "/app", "/app/static/"},
          Row{"s/", "/app/", "/app/s/"},
          Row{"/s/", "/app", "/s/"}}) {
        Settings settings;
        settings.static_url = row.static_url;
        settings.force_script_name = row.script_name;
        EXPECT_EQ(static_url(settings), row.expected) << row.static_url.value_or("none");
    }
}

} // namespace
} // namespace drf_messages::html
