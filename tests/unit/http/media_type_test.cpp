// SPDX-License-Identifier: MIT
#include "http/media_type.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {
namespace {

struct Row {
    std::string_view text;
    std::string_view full_type;
    std::string_view main_type;
    std::string_view sub_type;
    std::vector<std::pair<std::string, std::string>> params;
    int precedence;
    std::string_view str;
};

// rest_framework.utils.mediatypes._MediaType, 3.14.0 over Django 3.2.25.
const std::vector<Row> rows = {
    {"", "", "", "", {}, 2, "/"},
    {"application/json", "application/json", "application", "json", {}, 2, "application/json"},
    {"*/*", "*/*", "*", "*", {}, 0, "*/*"},
    {"text/*", "text/*", "text", "*", {}, 1, "text/*"},
    {"application/json; indent=4",
     "application/json",
     "application",
     "json",
     {{"indent", "4"}},
     3,
     "application/json; indent=4"},
    {"Application/JSON; Q=0.5",
     "application/json",
     "application",
     "json",
     {{"q", "0.5"}},
     2,
     "application/json; q=0.5"},
    {"text/html;level=1;q=0.3",
     "text/html",
     "text",
     "html",
     {{"level", "1"}, {"q", "0.3"}},
     3,
     "text/html; level=1; q=0.3"},
    {"*", "*", "*", "", {}, 0, "*/"},
    {"text", "text", "text", "", {}, 2, "text/"},
    {"*/json", "*/json", "*", "json", {}, 0, "*/json"},
    {" text/html ; a = \"b;c\" ; d",
     "text/html",
     "text",
     "html",
     {{"a", "b;c"}},
     3,
     "text/html; a=b;c"},
    {"a/b; x=\"\\\"q\\\"\"; x=2; y=3; x=5",
     "a/b",
     "a",
     "b",
     {{"x", "5"}, {"y", "3"}},
     3,
     "a/b; x=5; y=3"},
    {"a/b;;c=1;", "a/b", "a", "b", {{"c", "1"}}, 3, "a/b; c=1"},
    {"a/b; version=1.0; indent=\"4\"",
     "a/b",
     "a",
     "b",
     {{"version", "1.0"}, {"indent", "4"}},
     3,
     "a/b; version=1.0; indent=4"},
    {"; a=1", "", "", "", {{"a", "1"}}, 3, "/; a=1"},
    {"a/b; n*=UTF-8''%e2%82%ac",
     "a/b",
     "a",
     "b",
     {{"n", "\342\202\254"}},
     3,
     "a/b; n=\342\202\254"},
    {"a/b; n*=x", "a/b", "a", "b", {{"n", "x"}}, 3, "a/b; n=x"},
    {"a/b/c", "a/b/c", "a", "b/c", {}, 2, "a/b/c"},
    {"a/b; \"=;c=1", "a/b", "a", "b", {{"\"", ";c=1"}}, 3, "a/b; \"=;c=1"},
    {"a/b; q=1; q=2", "a/b", "a", "b", {{"q", "2"}}, 2, "a/b; q=2"},
    {"a/b; q=1; x=\"a\\\\;\\\"b\\\"\\\\c\"; q=2; y=; x=3; q=4; y=\"\\\\\"",
     "a/b",
     "a",
     "b",
     {{"q", "4"}, {"x", "3"}, {"y", "\\"}},
     3,
     "a/b; q=4; x=3; y=\\"},
    {"a/b; q=1; x=\"a\\\\\\\"b\\\\c\"; q=2; y=\"\\\\\"",
     "a/b",
     "a",
     "b",
     {{"q", "1"}, {"x", "a\\\"b\\c\"; q=2; y=\"\\"}},
     3,
     "a/b; q=1; x=a\\\"b\\c\"; q=2; y=\"\\"},
    {"a/b; v=\"a\\\\\\\"b\\\\c\"", "a/b", "a", "b", {{"v", "a\\\"b\\c"}}, 3, "a/b; v=a\\\"b\\c"},
    {"a/b;e=\303\251", "a/b", "a", "b", {{"e", "\303\251"}}, 3, "a/b; e=\303\251"},
    {"a/b; f*=iso-8859-1'en'%A3", "a/b", "a", "b", {{"f", "\302\243"}}, 3, "a/b; f=\302\243"},
    {"a/b; v=\"", "a/b", "a", "b", {{"v", "\""}}, 3, "a/b; v=\""},
    {"a/b; v=\"\\\\\\\"", "a/b", "a", "b", {{"v", "\\\\"}}, 3, "a/b; v=\\\\"},
    {"\011a/b\013;\014x=\034y", "a/b", "a", "b", {{"x", "\034y"}}, 3, "a/b; x=\034y"},
};

struct Match {
    std::string_view renderer;
    std::string_view accepted;
    bool matches;
};

const std::vector<Match> matches = {
    {"application/json", "*/*", true},
    {"application/json", "application/*", true},
    {"application/json", "text/*", false},
    {"application/json", "application/json; indent=4", true},
    {"application/json; indent=4", "application/json", false},
    {"application/json; indent=4", "application/json;indent=4;x=1", true},
    {"application/json; q=1", "application/json; q=0.1", true},
    {"text/html", "text", false},
    {"text/html", "*", false},
    {"*/*", "x/y", true},
    {"multipart/form-data", "multipart/form-data; boundary=x", true},
    {"application/json", "", false},
    {"application/json", "*/json", true},
    {"application/json", "APPLICATION/JSON", true},
};

struct Accept {
    std::string_view header;
    std::vector<std::string_view> entries;
};

// DefaultContentNegotiation.get_accept_list
const std::vector<Accept> accepts = {
    {"", {""}},
    {"*/*", {"*/*"}},
    {"a/b, c/d ,e/f", {"a/b", "c/d", "e/f"}},
    {"a/b,,", {"a/b", "", ""}},
    {" \302\240a/b\034, \302\205", {"a/b", ""}},
    {"a/b;x=\"1,2\"", {"a/b;x=\"1", "2\""}},
};

TEST(MediaType, IsReadAsRestFrameworkReadsIt) {
    for (const auto& row : rows) {
        const MediaType type(row.text);
        EXPECT_EQ(type.full_type, row.full_type) << row.text;
        EXPECT_EQ(type.main_type(), row.main_type) << row.text;
        EXPECT_EQ(type.sub_type(), row.sub_type) << row.text;
        EXPECT_EQ(type.params, row.params) << row.text;
        EXPECT_EQ(type.precedence(), row.precedence) << row.text;
        EXPECT_EQ(type.str(), row.str) << row.text;
    }
}

// django.utils.http.parse_header_parameters of 4.2.30 and of 5.2.19.
TEST(MediaType, IsReadByTheRulesOfNewerReleasesToo) {
    using Params = std::vector<std::pair<std::string, std::string>>;
    constexpr MediaTypeRules of_4_2{.escaped_quotes = true};
    constexpr MediaTypeRules of_5_2{.escaped_quotes = true, .bare_parameters = true};
    struct Newer {
        std::string_view text;
        Params of_4_2;
        Params of_5_2;
    };
    const Newer newer[] = {
        {"a/b;", {}, {}},
        {"a/b; C", {}, {{"C", ""}}},
        {"a/b; c; d=1", {{"d", "1"}}, {{"c", ""}, {"d", "1"}}},
        {"a/b; =1", {{"", "1"}}, {}},
        {"a/b; c=<4>", {{"c", "<4>"}}, {{"c", "4"}}},
        {"a/b; c=<", {{"c", "<"}}, {{"c", "<"}}},
        {"a/b; c=\"<4>\"", {{"c", "<4>"}}, {{"c", "<4>"}}},
        {"a/b; c=\"\\\"4\"", {{"c", "\"4"}}, {{"c", "\"4"}}},
        {"a/b; c=\"\\\";d=2", {{"c", "\"\\\";d=2"}}, {{"c", "\"\\\";d=2"}}},
        {"a/b; c=\"x\\\\\";d=2", {{"c", "\"x\\\\\";d=2"}}, {{"c", "\"x\\\\\";d=2"}}},
        {"a/b; c=\"x\\\"y\";d=3", {{"c", "x\"y"}, {"d", "3"}}, {{"c", "x\"y"}, {"d", "3"}}},
        {"a/b;;c=1", {{"c", "1"}}, {{"c", "1"}}},
        {"a/b; c=\"1;2\";d", {{"c", "1;2"}}, {{"c", "1;2"}, {"d", ""}}},
        {"a/b; c=1; c", {{"c", "1"}}, {{"c", ""}}},
    };
    for (const auto& row : newer) {
        EXPECT_EQ(MediaType(row.text, of_4_2).params, row.of_4_2) << row.text;
        EXPECT_EQ(MediaType(row.text, of_5_2).params, row.of_5_2) << row.text;
    }
}

TEST(MediaType, MatchesByTypesAndByItsOwnParameters) {
    for (const auto& row : matches) {
        EXPECT_EQ(MediaType(row.renderer).match(MediaType(row.accepted)), row.matches)
            << row.renderer << " against " << row.accepted;
    }
}

TEST(MediaType, TakesBytesBeyondAsciiThatTheOriginalFailsOn) {
    const MediaType type("caf\303\251/x; n\303\251=1; f*=no-such'en'%C3%A9; g*=''");
    EXPECT_EQ(type.full_type, "caf\303\251/x");
    EXPECT_EQ(type.param("n\303\251"), "1");
    EXPECT_EQ(type.param("f"), "\303\251");
    EXPECT_EQ(type.param("g"), "");
    EXPECT_EQ(type.param("h"), std::nullopt);
}

std::vector<std::string_view> texts(const std::vector<Accepted>& accepted) {
    std::vector<std::string_view> texts;
    for (const auto& entry : accepted) {
        texts.push_back(entry.text);
    }
    return texts;
}

TEST(AcceptHeader, IsSplitAtEveryComma) {
    for (const auto& row : accepts) {
        EXPECT_EQ(texts(accepted_types(row.header)), row.entries) << row.header;
    }
}

TEST(AcceptHeader, IsOrderedFromSpecificToGeneral) {
    using Texts = std::vector<std::string_view>;
    const auto accepted = accepted_types("*/*,a/*,a/b,a/b; c=1,c/d,e/f;q=0.1");
    EXPECT_EQ(texts(accepted), (Texts{"a/b; c=1", "a/b", "c/d", "e/f;q=0.1", "a/*", "*/*"}));
    std::vector<int> precedences;
    for (const auto& entry : accepted) {
        precedences.push_back(entry.precedence);
    }
    EXPECT_EQ(precedences, (std::vector<int>{3, 2, 2, 2, 1, 0}));
}

} // namespace
} // namespace drf_messages::http
