// SPDX-License-Identifier: MIT
#include "html/templates.hpp"
#include "support/temp_folder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace drf_messages::html {
namespace {

using boost::json::array;
using boost::json::object;
using ::testing::HasSubstr;

class SitesTemplates : public ::testing::Test {
protected:
    void write(const std::string& name, const std::string& text) {
        const auto path = folder.path() / "drf_messages" / (name + ".mustache");
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }

    std::string rendered(const std::string& text, const object& context) {
        write("page", text);
        return Templates({folder.path().string()}).render("page", context);
    }

    std::string refusal() {
        try {
            const Templates templates({folder.path().string()});
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "none";
    }

    test::TempFolder folder;
};

TEST_F(SitesTemplates, EscapeAsDjangoDoes) {
    EXPECT_EQ(rendered("{{a}} {{{a}}}", {{"a", "<'&\">"}}), "&lt;&#x27;&amp;&quot;&gt; <'&\">");
}

TEST_F(SitesTemplates, TakeNumbersAsTextAndNothingAsFalse) {
    const object context{{"n", 12}, {"none", nullptr}, {"empty", ""}, {"yes", true}, {"no", false}};
    EXPECT_EQ(
        rendered(
            "{{n}}{{#yes}}y{{/yes}}{{#no}}n{{/no}}{{^none}}0{{/none}}{{^empty}}e{{/empty}}", context
        ),
        "12y0e"
    );
    EXPECT_EQ(rendered("{{none}}{{empty}}{{missing}}.", context), ".");
}

TEST_F(SitesTemplates, GoThroughLists) {
    const object context{
        {"outer", "o"}, {"items", array{object{{"name", "a"}}, object{{"name", "b"}}}}};
    EXPECT_EQ(rendered("{{#items}}{{name}}{{outer}} {{/items}}", context), "ao bo ");
}

TEST_F(SitesTemplates, PutOthersIn) {
    write("mine", "<{{name}}>\n");
    EXPECT_EQ(rendered("a\n{{> mine}}\nb", {{"name", "x"}}), "a\n<x>\nb");
    EXPECT_EQ(rendered("{{ > mine }}{{! {{> no }}", {{"name", "x"}}), "<x>");
    write("mine", "{{#list}}{{> each}}{{/list}}");
    write("each", "({{.}})");
    EXPECT_EQ(rendered("{{> mine}}", {{"list", array{"1", "2"}}}), "(1)(2)");
}

TEST_F(SitesTemplates, StandInThePlaceOfOurs) {
    const object context{{"title", "T"}};
    const std::string ours = Templates({}).render("logged_out", context);
    EXPECT_THAT(ours, HasSubstr("<title>T</title>"));
    write("head", "<mine>");
    EXPECT_THAT(
        Templates({"no such folder", folder.path().string()}).render("logged_out", context),
        HasSubstr("<mine>")
    );
}

TEST_F(SitesTemplates, OfTheFirstFolderCount) {
    const test::TempFolder second;
    std::filesystem::create_directories(second.path() / "drf_messages");
    std::ofstream(second.path() / "drf_messages" / "page.mustache") << "second";
    write("page", "first");
    const Templates templates({folder.path().string(), second.path().string()});
    EXPECT_EQ(templates.render("page", {}), "first");
}

TEST_F(SitesTemplates, AreRefusedByFileAndReason) {
    for (const auto& [text, reason] :
         {std::pair{"{{#a}}", "Unclosed section \"a\""},
          std::pair{"{{/a}}", "Unopened section \"a\""},
          std::pair{"{{a", "Unclosed tag"},
          std::pair{"{{> a", "Unclosed tag"},
          std::pair{"{{> nowhere}}", "there is no template \"nowhere\""},
          std::pair{"{{=<% %>=}}", "other tags than those with braces"},
          std::pair{"{{> head}}", "\"head\" would stand in itself"}}) {
        write("head", text);
        EXPECT_THAT(refusal(), HasSubstr("drf_messages/head.mustache: ")) << text;
        EXPECT_THAT(refusal(), HasSubstr(reason));
    }
    write("head", "");
    EXPECT_EQ(refusal(), "none");
}

} // namespace
} // namespace drf_messages::html
