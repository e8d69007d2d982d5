// SPDX-License-Identifier: MIT
#include "text/base64.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

using namespace drf_messages::text;

TEST(Base64, RoundTripsEveryByteAtEveryLength) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
        bytes += static_cast<char>(i);
    }
}

TEST(Base64, PadsTheStandardAlphabetButNotTheUrlSafeOne) {
    EXPECT_EQ(base64_encode("\xFB\xFF"), "+/8=");
    EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
    EXPECT_EQ(base64_encode(""), "");
}

// Python 3.11: base64.b64decode(text).
TEST(Base64, SkipsForeignCharactersAndStopsAtACompletePadAsPythonDoes) {
    EXPECT_EQ(base64_decode("YW Jj\n*"), "abc");
    EXPECT_EQ(base64_decode("YWI=YWI="), "ab");
    EXPECT_EQ(base64_decode("Y=W=Jj"), "abc");
    EXPECT_EQ(base64_decode("YQ=="), "a");
    EXPECT_EQ(base64_decode("YQ==="), "a");
    EXPECT_EQ(base64_decode("===="), "");
    EXPECT_EQ(base64_decode("-_8="), std::nullopt);
}

TEST(Base64, RefusesWrongPadding) {
    EXPECT_EQ(base64_decode("YQ"), std::nullopt);
    EXPECT_EQ(base64_decode("YQ="), std::nullopt);
    EXPECT_EQ(base64_decode("YWJjZ"), std::nullopt);
    EXPECT_EQ(base64url_decode("YWJjZ"), std::nullopt);
}

TEST(Base64, UrlSafeDecodingTakesBothAlphabetsAndPadding) {
    EXPECT_EQ(base64url_decode("-_8"), "\xFB\xFF");
    EXPECT_EQ(base64url_decode("+/8="), "\xFB\xFF");
}
