// SPDX-License-Identifier: MIT
#include "http/query_dict.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {
namespace {

using namespace std::string_view_literals;

using Items = std::vector<std::pair<std::string, std::string>>;

struct Row {
    std::string_view query;
    Items items;
};

// In the order of QueryDict.lists(), Django 3.2.25 on Python 3.11.
const std::vector<Row> rows = {
    {"", {}},
    {"a=1", {{"a", "1"}}},
    {"a=1&a=2&b", {{"a", "1"}, {"a", "2"}, {"b", ""}}},
    {"a", {{"a", ""}}},
    {"=", {{"", ""}}},
    {"=1", {{"", "1"}}},
    {"&&a=1&", {{"a", "1"}}},
    {"a=1;b=2", {{"a", "1;b=2"}}},
    {"a=b=c", {{"a", "b=c"}}},
    {"a+b=c+d", {{"a b", "c d"}}},
    {"a%20b=%2B", {{"a b", "+"}}},
    {"a=%", {{"a", "%"}}},
    {"a=%zz%4", {{"a", "%zz%4"}}},
    {"a=%c3%a9", {{"a", "\303\251"}}},
    {"a=%C3", {{"a", "\357\277\275"}}},
    {"a=%ff%fe", {{"a", "\357\277\275\357\277\275"}}},
    {"a=%f0%9f%98%80", {{"a", "\360\237\230\200"}}},
    {"a=%ed%a0%80", {{"a", "\357\277\275\357\277\275\357\277\275"}}},
    {"caf\303\251=\342\202\254", {{"caf\303\251", "\342\202\254"}}},
    {"caf\351=1", {{"caf\303\251", "1"}}},
    {"a=\351%c3%a9", {{"a", "\303\251\303\251"}}},
    {"a=%e2%82", {{"a", "\357\277\275"}}},
    {"a=%00b", {{"a", std::string("\000b", 2)}}},
    {"level__in=10,20", {{"level__in", "10,20"}}},
    {"a=%F0%90%80x", {{"a", "\357\277\275x"}}},
    {"a=%C3\303\251", {{"a", "\357\277\275\303\251"}}},
    {"a%3Db=c%26d", {{"a=b", "c&d"}}},
    {"\377=%e9+", {{"\303\277", "\357\277\275 "}}},
};

TEST(QueryDict, ReadsNamesAndValuesAsDjangoDoes) {
    for (const auto& row : rows) {
        const auto parsed = QueryDict::parse(row.query, std::nullopt);
        ASSERT_TRUE(parsed) << row.query;
        EXPECT_EQ(parsed->items(), row.items) << row.query;
    }
}

struct RowInCharset {
    std::string_view charset;
    std::string_view query;
    Items items;
};

// As above: QueryDict(query, encoding=charset).
const std::vector<RowInCharset> rows_in_charsets = {
    {"latin-1", "a=%E9&b=\351+%2B", {{"a", "\303\251"}, {"b", "\303\251 +"}}},
    {"latin-1", "a=\303\251", {{"a", "\303\203\302\251"}}},
    {"latin-1", "\351%e9=%41\351%41%e9", {{"\303\251\303\251", "A\303\251A\303\251"}}},
    {"cp1252", "a=%80%81", {{"a", "\342\202\254\357\277\275"}}},
    {"cp1252", "a=\201%80", {{"a", "\302\201\342\202\254"}}},
    {"iso-8859-15", "a=%A4\244", {{"a", "\342\202\254\342\202\254"}}},
    {"koi8-r", "%C1=\301&x", {{"\320\260", "\320\260"}, {"x", ""}}},
    {"ascii", "a=%C3%A9+b", {{"a", "\357\277\275\357\277\275 b"}}},
    {"ascii", "a=\351", {{"a", "\303\251"}}},
    {"shift_jis", "a=%93%FA%96%7B", {{"a", "\346\227\245\346\234\254"}}},
    {"shift_jis", "a=%93\372\226{%8F\134", {{"a", "\357\277\275\303\272\302\226{\345\215\201"}}},
    {"shift_jis",
     "a=\223\372&b=%83\223\372%93",
     {{"a", "\346\227\245"}, {"b", "\357\277\275\346\227\245\357\277\275"}}},
    {"shift_jis", "a=%8Fa%8F", {{"a", "\346\270\213\357\277\275"}}},
    {"gb18030", "a=%94%39%DC%36", {{"a", "\360\237\223\200"}}},
    {"big5", "a=%BA%7E", {{"a", "\346\274\242"}}},
    {"euc-jp", "a=%C6%FC%", {{"a", "\346\227\245%"}}},
    {"utf-16",
     "\377\376a\000=\0001\000&\000\351\000=\000x\000 \000y\000+\000z\000"sv,
     {{"a", "1"}, {"\303\251", "x y z"}}},
    {"utf-16",
     "a\000=\000%\000C\0003\000%\000A\0009\000b\000"sv,
     {{"a", "\352\247\203\357\277\275"}}},
    {"utf-16", "a=1&b", {{"a", "1"}, {"b", ""}}},
    {"utf-16", "a=1&bc", {{"\343\265\241\342\230\261\346\215\242", ""}}},
    {"utf-16-le", "a\000=\000\351\000&\000a\000=\0002\000"sv, {{"a", "\303\251"}, {"a", "2"}}},
    {"utf-16-be", "\000a\000=\000%\0000\0000\000%\000E\0009"sv, {{"a", "\303\251"}}},
    {"utf-8-sig", "\357\273\277a=%EF%BB%BFb", {{"a", "b"}}},
    {"utf-32",
     "\377\376\000\000a\000\000\000=\000\000\000%\365\001\000"sv,
     {{"a", "\360\237\224\245"}}},
    {"iso-2022-jp", "a=%1b$BF|%1b(B", {{"a", "\346\227\245"}}},
    {"cp500", "\201~\202P\203", {{"a", "b"}, {"c", ""}}},
    {"utf-16", "\377\376", {}},
};

TEST(QueryDict, ReadsTheCharsetThatItIsToldAsDjangoDoes) {
    for (const auto& row : rows_in_charsets) {
        const auto parsed = QueryDict::parse(row.query, 3, *text::Charset::find(row.charset));
        ASSERT_TRUE(parsed) << row.charset << ' ' << row.query;
        EXPECT_EQ(parsed->items(), row.items) << row.charset << ' ' << row.query;
    }
}

TEST(QueryDict, CountsTheFieldsOfTheTextAndNotOfItsBytes) {
    const auto utf16 = *text::Charset::find("utf-16-le");
    EXPECT_TRUE(QueryDict::parse("&\001&\001"sv, 1, utf16));
    EXPECT_FALSE(QueryDict::parse("&\000&\000"sv, 2, utf16));
}

TEST(QueryDict, AnswersTheLastValueOfAName) {
    const auto parsed = QueryDict::parse("a=1&b=2&a=3", std::nullopt);
    EXPECT_EQ(parsed->get("a"), "3");
    EXPECT_EQ(parsed->get("b"), "2");
    EXPECT_EQ(parsed->get("A"), std::nullopt);
    EXPECT_FALSE(parsed->contains("c"));
}

TEST(QueryDict, CountsEveryFieldAgainstTheLimitEvenAnEmptyOne) {
    EXPECT_TRUE(QueryDict::parse("a=1&b=2", 2));
    EXPECT_FALSE(QueryDict::parse("a=1&b=2&", 2));
    EXPECT_FALSE(QueryDict::parse("&&", 2));
    EXPECT_TRUE(QueryDict::parse("", 0));
    EXPECT_FALSE(QueryDict::parse("a", 0));
}

} // namespace
} // namespace drf_messages::http
