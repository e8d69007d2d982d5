// SPDX-License-Identifier: MIT
// The words are those of Python 3.11's json module.
#include "api/exchange/errors.hpp"
#include "api/wire/json_body.hpp"
#include "unit/api/in_english.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace drf_messages::api {
namespace {

using namespace std::string_view_literals;

/// Why a body is refused; absent when it is taken.
std::optional<std::string> refusal(std::string_view body, bool strict, text::Charset charset = {}) {
    try {
        json_body(body, strict, charset);
    } catch (const ApiError& error) {
        EXPECT_EQ(error.status, 400);
        const auto words = in_english(error.words);
        constexpr std::string_view before = "JSON parse error - ";
        EXPECT_TRUE(words.starts_with(before)) << words;
        return words.substr(before.size());
    }
    return std::nullopt;
}

TEST(JsonBody, IsTakenWhenItIsJson) {
    for (const auto body :
         {"null"sv,
          " [ ] "sv,
          "{\"a\": {\"b\": [1, -2.5e-3, 0, true, false, null]}}"sv,
          "\"\\u00e4\\ud83d\\ude00\\n\\/\xC3\xA4\""sv,
          "[1E+5,\r\n\t{}]"sv,
          "1\xC3"sv}) {
        EXPECT_EQ(refusal(body, true), std::nullopt) << body;
    }
}

TEST(JsonBody, IsRefusedInPythonsWords) {
    const std::pair<std::string_view, const char*> cases[] = {
        {"csrfmiddlewaretoken=x", "Expecting value: line 1 column 1 (char 0)"},
        {"", "Expecting value: line 1 column 1 (char 0)"},
        {"[1,]", "Expecting value: line 1 column 4 (char 3)"},
        {"[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"},
        {"[", "Expecting value: line 1 column 2 (char 1)"},
        {"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"{'a': 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"},
        {"{\"a\":}", "Expecting value: line 1 column 6 (char 5)"},
        {"{\"a\":1,}",
         "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
        {"{\"a\":1", "Expecting ',' delimiter: line 1 column 7 (char 6)"},
        {"{} x", "Extra data: line 1 column 4 (char 3)"},
        {"{\"\xC3\xA4\":\n \"\xC3\xA4\", x}",
         "Expecting property name enclosed in double quotes: line 2 column 7 (char 12)"},
        {"\"abc", "Unterminated string starting at: line 1 column 1 (char 0)"},
        {"\"a\\", "Unterminated string starting at: line 1 column 1 (char 0)"},
        {"\"a\nb\"", "Invalid control character at: line 1 column 3 (char 2)"},
        {"\"a\0\""sv, "Invalid control character at: line 1 column 3 (char 2)"},
        {"\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"},
        {"\"\\u12g4\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
        {"\"\\u1234", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
        {"-", "Expecting value: line 1 column 1 (char 0)"},
        {"01", "Extra data: line 1 column 2 (char 1)"},
        {"1.", "Extra data: line 1 column 2 (char 1)"},
        {"\xEF\xBB\xBF{}",
         "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"},
        {"\"\xFF\"", "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"},
        {"\"\xE2\x82x\"",
         "'utf-8' codec can't decode bytes in position 1-2: invalid continuation byte"},
    };
    for (const auto& [body, why] : cases) {
        EXPECT_EQ(refusal(body, true), why) << body;
    }
}

TEST(JsonBody, MayHoldNaNUnlessItIsToBeStrict) {
    EXPECT_EQ(refusal("[NaN, -Infinity]", false), std::nullopt);
    EXPECT_EQ(
        refusal("[-Infinity]", true),
        "Out of range float values are not JSON compliant: '-Infinity'"
    );
}

TEST(JsonBody, IsReadWithoutACharacterThatIsCutOff) {
    EXPECT_EQ(json_body("1\xC3", true), 1);
}

TEST(JsonBody, IsRefusedForAnIntegerThatPythonDoesNotRead) {
    EXPECT_EQ(refusal("[" + std::string(4300, '1') + "]", true), std::nullopt);
    EXPECT_EQ(
        refusal("[-" + std::string(4301, '1') + "]", true),
        "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; "
        "use sys.set_int_max_str_digits() to increase the limit"
    );
}

TEST(JsonBody, IsRefusedWhenItNestsWithoutEnd) {
    EXPECT_EQ(
        refusal(std::string(1'000'000, '['), true), "Expecting value: line 1 column 902 (char 901)"
    );
}

TEST(JsonBody, IsReadInItsCharset) {
    struct Body {
        const char* charset;
        std::string_view bytes;
    };
    for (const auto& [charset, bytes] :
         {Body{"iso-8859-1", "\"p\xE4ss\""sv},
          Body{"windows-1252", "\"p\xE4ss\""sv},
          Body{"utf-8-sig", "\xEF\xBB\xBF\"p\xC3\xA4ss\""sv},
          Body{"utf-16", "\xFF\xFE\"\0p\0\xE4\0s\0s\0\"\0"sv},
          Body{"utf-16", "\xFE\xFF\0\"\0p\0\xE4\0s\0s\0\"\0"sv},
          Body{"utf-16-le", "\"\0p\0\xE4\0s\0s\0\"\0 "sv},
          Body{"utf-32-be", "\0\0\0\"\0\0\0p\0\0\0\xE4\0\0\0s\0\0\0s\0\0\0\"\0\0"sv}}) {
        EXPECT_EQ(json_body(bytes, true, *text::Charset::find(charset)), "p\xC3\xA4ss") << charset;
    }
}

TEST(JsonBody, IsRefusedInTheWordsOfItsCodec) {
    struct Body {
        const char* charset;
        std::string_view bytes;
        const char* why;
    };
    // codecs.getreader(charset) and json.load of Python 3.11
    for (const auto& [charset, bytes, why] :
         {Body{
              "ascii",
              "\"\xE4\""sv,
              "'ascii' codec can't decode byte 0xe4 in position 1: ordinal not in range(128)"},
          Body{
              "cp1252",
              "\"\x81\""sv,
              "'charmap' codec can't decode byte 0x81 in position 1: character maps to "
              "<undefined>"},
          Body{
              "shift_jis",
              "\"\x93"sv,
              "'shift_jis' codec can't decode byte 0x93 in position 1: incomplete multibyte "
              "sequence"},
          Body{"utf-16", "1\0"sv, "UTF-16 stream does not start with BOM"},
          Body{"utf-16", ""sv, "Expecting value: line 1 column 1 (char 0)"},
          Body{
              "utf-16-be",
              "\xDC\x00"sv,
              "'utf-16-be' codec can't decode bytes in position 0-1: illegal encoding"},
          Body{
              "utf-16-le",
              "\xFF\xFE\x31\0"sv,
              "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"},
          Body{"latin-1", "\xE4\xE4!"sv, "Expecting value: line 1 column 1 (char 0)"},
          Body{"latin-1", "[1] \xE4"sv, "Extra data: line 1 column 5 (char 4)"}}) {
        EXPECT_EQ(refusal(bytes, true, *text::Charset::find(charset)), why) << charset;
    }
}

} // namespace
} // namespace drf_messages::api
