// SPDX-License-Identifier: MIT
#include "openapi/yaml.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace drf_messages::openapi {
namespace {

using rest::Value;

TEST(Yaml, WritesListsAndObjectsAsBlocks) {
    EXPECT_EQ(
        to_yaml(Value::object(
            {{"info", Value::object({{"title", "Messages"}, {"count", 3}})},
             {"list",
              Value::array(
                  {Value::object({{"a", true}, {"b", nullptr}}),
                   Value::array({1, Value::array({2})}),
                   Value::Array{},
                   Value::Object{}}
              )}}
        )),
        "info:\n"
        "  title: Messages\n"
        "  count: 3\n"
        "list:\n"
        "  - a: true\n"
        "    b: null\n"
        "  - - 1\n"
        "    - - 2\n"
        "  - []\n"
        "  - {}\n"
    );
}

TEST(Yaml, QuotesWhatAReaderTakesForSomethingElse) {
    const std::pair<const char*, const char*> rows[] = {
        {"messages_list", "messages_list"},
        {"/messages/{id}/", "/messages/{id}/"},
        {"$ref", "$ref"},
        {"", "\"\""},
        {"200", "\"200\""},
        {"1e3", "\"1e3\""},
        {"no", "\"no\""},
        {"Yes", "\"Yes\""},
        {"NULL", "\"NULL\""},
        {"~", "\"~\""},
        {"-", "\"-\""},
        {"a: b", "\"a: b\""},
        {"a #b", "\"a #b\""},
        {"#/components/schemas/Message", "\"#/components/schemas/Message\""},
        {"two words", "\"two words\""},
        {"\"\\", "\"\\\"\\\\\""},
        {"a\nb\t", "\"a\\nb\\t\""},
        {"\x7f\xc2\x85\xef\xbb\xbf", "\"\\u007f\\u0085\\ufeff\""},
        {"\xe2\x80\xa8", "\"\\u2028\""},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
    };
    for (const auto& [text, written] : rows) {
        EXPECT_EQ(to_yaml(text), std::string(written) + "\n");
    }
}

} // namespace
} // namespace drf_messages::openapi
