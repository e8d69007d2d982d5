// SPDX-License-Identifier: MIT
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>

using namespace drf_messages::crypto;

TEST(SystemRandomBytes, HasTheLengthAskedForAndDoesNotRepeat) {
    EXPECT_EQ(system_random_bytes(0), "");
    EXPECT_EQ(system_random_bytes(33).size(), 33U);
    EXPECT_NE(system_random_bytes(32), system_random_bytes(32));
}

TEST(RandomString, GivesEveryCharacterTheSameShareOfBytes) {
    int calls = 0;
    const RandomBytes every_byte_once = [&](std::size_t count) {
        std::string bytes;
        for (std::size_t i = 0; i < count; ++i)
            bytes += static_cast<char>(calls++);
        return bytes;
    };
    // Of 256 bytes 255 can be shared among three letters.
    const std::string text = random_string(every_byte_once, 255, "abc");
    std::map<char, int> shares;
    for (const char c : text)
        ++shares[c];
    EXPECT_EQ(shares, (std::map<char, int>{{'a', 85}, {'b', 85}, {'c', 85}}));
}

TEST(RandomString, DrawsAgainForABytesThatWouldFavourACharacter) {
    std::string source = "\xFF\x01\xFF\x02";
    const RandomBytes random = [&](std::size_t count) {
        const std::string bytes = source.substr(0, count);
        source.erase(0, count);
        return bytes;
    };
    EXPECT_EQ(random_string(random, 2, "abc"), "bc");
}

TEST(RandomString, RefusesAnEmptyAlphabet) {
    EXPECT_THROW(random_string(system_random_bytes, 1, ""), std::logic_error);
}
