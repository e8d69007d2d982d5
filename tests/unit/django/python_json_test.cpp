// SPDX-License-Identifier: MIT
#include "django/python_json.hpp"

#include <boost/json/array.hpp>
#include <gtest/gtest.h>
#include <pthread.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace drf_messages::django;

std::string rewritten(std::string_view json) {
    const auto value = parse_python_json(json);
    return value && value->is_object() ? write_python_json(value->get_object()) : "refused";
}

// Python 3.11: json.dumps(json.loads(text), separators=(",", ":")).
const std::vector<std::pair<std::string_view, std::string_view>> vectors = {
    {R"({})", R"({})"},
    {"\t\r\n { \"a\" : [ ] , \"b\" : { } } ", R"({"a":[],"b":{}})"},
    {R"({"a":NaN,"b":[Infinity,-Infinity]})", R"({"a":NaN,"b":[Infinity,-Infinity]})"},
    {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
    {R"({"a":"\ud800","b":"x\udc00y\ud83d\ude00\ud83d"})",
     R"({"a":"\ud800","b":"x\udc00y\ud83d\ude00\ud83d"})"},
    {R"({"a":9223372036854775807,"b":18446744073709551615,"c":-9223372036854775809})",
     R"({"a":9223372036854775807,"b":18446744073709551615,"c":-9223372036854775809})"},
    {R"({"a":123456789012345678901234567890})", R"({"a":123456789012345678901234567890})"},
    {R"({"a":[-0,0,-0.0,0.0,1.5,-3,1e5,1E+2]})", R"({"a":[0,0,-0.0,0.0,1.5,-3,100000.0,100.0]})"},
    {R"({"a":[1e16,1e15,123456789012345680.0,0.0001,0.00001,1.5e-7,5e-324]})",
     R"({"a":[1e+16,1000000000000000.0,1.2345678901234568e+17,0.0001,1e-05,1.5e-07,5e-324]})"},
    {R"({"a":[1e400,-1e400,1e-400,-1e-400]})", R"({"a":[Infinity,-Infinity,0.0,-0.0]})"},
    {R"({"a":[0.1,3.141592653589793,1e22,1.7976931348623157e308]})",
     R"({"a":[0.1,3.141592653589793,1e+22,1.7976931348623157e+308]})"},
    {R"({"a":"\/\b\f\n\r\t\"\\\u00e9\u0000"})", R"({"a":"/\b\f\n\r\t\"\\\u00e9\u0000"})"},
    {"{\"\xC3\xA9\":\"\x7F\"}", R"({"\u00e9":"\u007f"})"},
};

} // namespace

TEST(PythonJson, IsReadAndWrittenAsPythonDoes) {
    for (const auto& [json, expected] : vectors)
        EXPECT_EQ(rewritten(json), expected) << json;
}

TEST(PythonJson, RefusesWhatPythonRefuses) {
    for (const std::string_view json :
         {"",
          " ",
          "{",
          "}",
          "{}x",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "{,}",
          "{a:1}",
          "{'a':1}",
          "{\"a\":01}",
          "{\"a\":+1}",
          "{\"a\":1.}",
          "{\"a\":.5}",
          "{\"a\":1e}",
          "{\"a\":-}",
          "{\"a\":nan}",
          "{\"a\":tru}",
          "{\"a\":-NaN}",
          "{\"a\":\"\n\"}",
          "{\"a\":\"\\x\"}",
          "{\"a\":\"\\u12g4\"}",
          "{\"a\":\"\\u12\"}",
          "{\"a\":\"",
          "{\"a\":[1,]}",
          "{\"a\":[1 2]}",
          "{\"a\":\"\\u-123\"}",
          "\xEF\xBB\xBF{}"})
        EXPECT_EQ(rewritten(json), "refused") << json;
}

TEST(PythonJson, ReadsDeepNestingButNotWithoutEnd) {
    const auto nested = [](std::size_t depth) {
        return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    EXPECT_EQ(rewritten(nested(500)), nested(500));
    EXPECT_EQ(rewritten(nested(1000)), "refused");
    EXPECT_EQ(rewritten(nested(1000000)), "refused");
}

TEST(PythonJson, TakesLittleOfTheStackHoweverDeepItIs) {
    struct Work {
        std::string json;
        bool is_read = false;
    };
    Work work;
    for (int depth = 0; depth < 900; ++depth) {
        work.json += "{\"a\":";
    }
    work.json += "[]" + std::string(900, '}');
    const auto read = [](void* given) -> void* {
        auto& one = *static_cast<Work*>(given);
        one.is_read = parse_python_json(one.json).has_value();
        return nullptr;
    };
    pthread_attr_t attributes;
    ASSERT_EQ(::pthread_attr_init(&attributes), 0);
    ASSERT_EQ(::pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    pthread_t thread{};
    ASSERT_EQ(::pthread_create(&thread, &attributes, read, &work), 0);
    ASSERT_EQ(::pthread_join(thread, nullptr), 0);
    ::pthread_attr_destroy(&attributes);
    EXPECT_TRUE(work.is_read);
}

TEST(PythonJson, RefusesWholeNumbersBeyondPythonsLimitOfDigits) {
    EXPECT_NE(rewritten("{\"a\":" + std::string(4300, '9') + "}"), "refused");
    EXPECT_EQ(rewritten("{\"a\":" + std::string(4301, '9') + "}"), "refused");
}
