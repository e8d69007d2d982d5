// SPDX-License-Identifier: MIT
#include "http/query_dict.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::http {
namespace {

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
