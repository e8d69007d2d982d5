// SPDX-License-Identifier: MIT
#include "support/repository.hpp"
#include "text/charset.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace drf_messages::text {
namespace {

std::string of_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    }
    return bytes;
}

std::string field(std::istream& line) {
    std::string text;
    std::getline(line, text, '\t');
    return text;
}

TEST(Charset, ReadsWhatPythonReads) {
    std::ifstream vectors(test::repository_path("tests/unit/text/charset_vectors.txt"));
    ASSERT_TRUE(vectors);
    int lines = 0;
    for (std::string line; std::getline(vectors, line); ++lines) {
        std::istringstream fields(line);
        const auto name = field(fields);
        const auto bytes = of_hex(field(fields));
        const auto replaced = of_hex(field(fields));
        const auto strict = field(fields);
        const auto read = field(fields);

        const auto charset = Charset::find(name);
        ASSERT_TRUE(charset) << name;
        const Decoder decoder(*charset);
        EXPECT_EQ(decoder.replaced(bytes), replaced) << line;
        EXPECT_EQ(
            decoder.decoded(bytes),
            strict == "!" ? std::nullopt : std::optional(strict == "=" ? replaced : of_hex(strict))
        ) << line;
        std::string kept;
        const auto [text, error] = decoder.read(bytes, kept);
        if (read.starts_with("! ")) {
            EXPECT_EQ(error, read.substr(2)) << line;
        } else {
            EXPECT_EQ(error, "") << line;
            EXPECT_EQ(text, read == "=" ? replaced : of_hex(read)) << line;
        }
    }
    EXPECT_GT(lines, 150);
}

TEST(Charset, IsNotFoundByNamesThatPythonDoesNotKnowOrThatAreNoTextHere) {
    for (const auto* name :
         {"", "-", "utf.8", "cp-1252", "x-sjis", "\xC3\xA9", "hex", "zlib", "utf-7", "hz"}) {
        EXPECT_FALSE(Charset::find(name)) << name;
    }
}

TEST(Charset, IsNoneOfTextByTheNamesOfPythonsOtherCodecs) {
    for (const auto* name : {"hex", "HEX", "rot-13", "Base64", "zlib_codec", "undefined"}) {
        EXPECT_TRUE(is_codec_of_no_text(name)) << name;
    }
    for (const auto* name : {"", "utf-8", "utf-7", "idna", "unknown", "base64 hex"}) {
        EXPECT_FALSE(is_codec_of_no_text(name)) << name;
    }
}

TEST(Charset, IsUtf8UnlessFoundByAnotherName) {
    EXPECT_TRUE(Charset().is_utf8());
    for (const auto name :
         {"UTF-8", "utf8", "U8", " utf 8 ", "\"utf-8\"", "utf-8\xE9", "cp65001"}) {
        EXPECT_TRUE(Charset::find(name)->is_utf8()) << name;
    }
    EXPECT_FALSE(Charset::find("utf-8-sig")->is_utf8());
}

TEST(Charset, BeginsAnewWithEachText) {
    const Decoder decoder(*Charset::find("iso-2022-jp"));
    std::string out;
    decoder.append_replaced(out, "\x1B$BF|");
    decoder.append_replaced(out, "F|");
    EXPECT_EQ(
        out,
        "\xE6\x97\xA5"
        "F|"
    );
    EXPECT_EQ(decoder.replaced("\x1B$BF|K\\\x1B(B!"), "\xE6\x97\xA5\xE6\x9C\xAC!");
}

TEST(Charset, TakesLongTexts) {
    std::string bytes;
    std::string text;
    for (int i = 0; i < 10'000; ++i) {
        bytes += "a\x93\xFA";
        text += "a\xE6\x97\xA5";
    }
    const Decoder decoder(*Charset::find("shift_jis"));
    EXPECT_EQ(decoder.replaced(bytes), text);
    EXPECT_EQ(decoder.decoded(bytes), text);
    EXPECT_EQ(decoder.replaced(bytes + "\x93"), text + "\xEF\xBF\xBD");
}

} // namespace
} // namespace drf_messages::text
