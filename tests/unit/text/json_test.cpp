// SPDX-License-Identifier: MIT
#include "text/json.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::text::append_json_string;
using drf_messages::text::JsonStyle;
using drf_messages::text::JsonWriter;
using namespace std::string_view_literals;

struct StringVector {
    std::string_view utf8;
    std::string_view unicode;
    std::string_view ascii;
};

// Python 3.11: json.dumps(text, ensure_ascii=False) with U+2028 and U+2029 replaced as REST
// framework 3.14 does, and json.dumps(text).
const std::vector<StringVector> string_vectors = {
    {"plain", R"("plain")", R"("plain")"},
    {"a\"b\\c/d", R"("a\"b\\c/d")", R"("a\"b\\c/d")"},
    {"\x00\x01\x08\x09\x0A\x0B\x0C\x0D\x1F\x7F"sv,
     "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\x7F\"",
     R"("\u0000\u0001\b\t\n\u000b\f\r\u001f\u007f")"},
    {"\xC3\xA9\xE2\x82\xAC", "\"\xC3\xA9\xE2\x82\xAC\"", R"("\u00e9\u20ac")"},
    {"\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\"", R"("\ud83d\ude00")"},
    {"\xE2\x80\xA8-\xE2\x80\xA9", R"("\u2028-\u2029")", R"("\u2028-\u2029")"},
    {"\xEF\xBB\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF",
     "\"\xEF\xBB\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF\"",
     R"("\ufeff\uffff\udbff\udfff")"},
    {"</script>&", R"("</script>&")", R"("</script>&")"},
    {"\xC2\x80\xC2\x9F", "\"\xC2\x80\xC2\x9F\"", R"("\u0080\u009f")"},
    {"", R"("")", R"("")"},
};

std::string written(std::string_view utf8, bool ascii) {
    std::string out;
    append_json_string(out, utf8, ascii);
    return out;
}

std::string sample(JsonStyle style) {
    JsonWriter json(style);
    json.begin_object();
    json.key("a");
    json.begin_array();
    json.end_array();
    json.key("b");
    json.begin_object();
    json.end_object();
    json.key("c");
    json.begin_array();
    json.integer(-9223372036854775807 - 1);
    json.begin_object();
    json.key("d");
    json.null();
    json.key("e");
    json.begin_array();
    json.boolean(true);
    json.string("x");
    json.end_array();
    json.end_object();
    json.end_array();
    json.end_object();
    return json.take();
}

} // namespace

TEST(JsonString, IsEscapedAsPythonDoesWithAndWithoutUnicode) {
    for (const auto& vector : string_vectors) {
        EXPECT_EQ(written(vector.utf8, false), vector.unicode);
        EXPECT_EQ(written(vector.utf8, true), vector.ascii);
    }
}

TEST(JsonString, ReplacesBrokenUtf8InsteadOfWritingInvalidJson) {
    EXPECT_EQ(written("a\xFF\xE2\x82z", false), "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
    EXPECT_EQ(written("\xED\xA0\x80", true), R"("\ufffd\ufffd\ufffd")");
    EXPECT_EQ(written("\xE2\x80", false), "\"\xEF\xBF\xBD\"");
}

// Python 3.11: json.dumps of the same value with REST framework's separators.
TEST(JsonString, IsEscapedWhereverTheByteStands) {
    const std::vector<std::pair<std::string, std::string>> escapes = {
        {"\x1F", "\\u001f"},
        {"\"", "\\\""},
        {"\\", "\\\\"},
        {"\x7F", "\\u007f"},
        {"\xC3\xA9", "\\u00e9"},
        {"\xFF", "\\ufffd"}};
    for (const auto& [character, escape] : escapes) {
        for (std::size_t size = 0; size < 36; ++size) {
            for (std::size_t before = 0; before <= size; ++before) {
                const std::string left(before, '~');
                const std::string right(size - before, ' ');
                std::string expected = "\"";
                expected.append(left).append(escape).append(right).append("\"");
                std::string text = left;
                text.append(character).append(right);
                ASSERT_EQ(written(text, true), expected);
                JsonWriter json(JsonStyle{true});
                json.begin_object();
                json.key(text);
                json.null();
                json.end_object();
                ASSERT_EQ(json.take(), "{" + expected + ":null}");
            }
        }
    }
}

TEST(JsonWriter, WritesCompactText) {
    EXPECT_EQ(
        sample({}), R"({"a":[],"b":{},"c":[-9223372036854775808,{"d":null,"e":[true,"x"]}]})"
    );
}

TEST(JsonWriter, WritesSpacesAfterSeparatorsWhenNotCompact) {
    EXPECT_EQ(
        sample({.compact = false}),
        R"({"a": [], "b": {}, "c": [-9223372036854775808, {"d": null, "e": [true, "x"]}]})"
    );
}

TEST(JsonWriter, IndentsTextWhetherCompactOrNot) {
    const std::string_view expected = R"({
  "a": [],
  "b": {},
  "c": [
    -9223372036854775808,
    {
      "d": null,
      "e": [
        true,
        "x"
      ]
    }
  ]
})";
    EXPECT_EQ(sample({.indent = 2}), expected);
    EXPECT_EQ(sample({.compact = false, .indent = 2}), expected);
}

TEST(JsonWriter, BreaksLinesWithAnIndentOfZero) {
    JsonWriter json({.indent = 0});
    json.begin_array();
    json.string("x");
    json.begin_array();
    json.end_array();
    json.end_array();
    EXPECT_EQ(json.take(), "[\n\"x\",\n[]\n]");
}

TEST(JsonWriter, EscapesKeysAndValuesBeyondAsciiWhenAsked) {
    JsonWriter json({.ascii = true});
    json.begin_object();
    json.key("\xC3\xA9"sv);
    json.string("\xC3\xA9");
    json.end_object();
    EXPECT_EQ(json.take(), R"({"\u00e9":"\u00e9"})");
}

TEST(JsonWriter, GrowsWithWhatItHolds) {
    std::string expected = "[";
    JsonWriter json({});
    json.begin_array();
    for (int size = 0; size < 2000; size += 7) {
        const std::string text(static_cast<std::size_t>(size), 'x');
        expected.append(size == 0 ? "\"" : ",\"").append(text).append("\\n\"");
        json.string(text + '\n');
    }
    json.end_array();
    EXPECT_EQ(json.take(), expected + "]");
}

TEST(JsonWriter, WritesASingleValueWithoutAContainer) {
    JsonWriter json({.indent = 4});
    json.string("x");
    EXPECT_EQ(json.take(), R"("x")");
}
