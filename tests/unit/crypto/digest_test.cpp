// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace drf_messages::crypto;

// RFC 1321, FIPS 180-4.
TEST(Digest, MatchesThePublishedVectors) {
    EXPECT_EQ(hex(digest(Hash::md5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(hex(digest(Hash::sha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(
        hex(digest(Hash::sha256, "abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(
        hex(digest(Hash::sha512, "")),
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    );
}

// RFC 2202 and RFC 4231, test case 2; and the empty key, which Python's hmac takes too.
TEST(Hmac, MatchesThePublishedVectors) {
    EXPECT_EQ(
        hex(hmac(Hash::sha1, "Jefe", "what do ya want for nothing?")),
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    );
    EXPECT_EQ(
        hex(hmac(Hash::sha256, "Jefe", "what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    EXPECT_EQ(
        hex(hmac(Hash::sha256, {}, {})),
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    );
}

// RFC 6070, and RFC 7914 section 11.
TEST(Pbkdf2, MatchesThePublishedVectors) {
    EXPECT_EQ(
        hex(pbkdf2(Hash::sha1, "password", "salt", 4096, 20)),
        "4b007901b765489abead49d926f721d065a429c1"
    );
    EXPECT_EQ(
        hex(pbkdf2(Hash::sha256, "passwd", "salt", 1, 64)),
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
    );
}

// RFC 7914 section 12.
TEST(Scrypt, MatchesThePublishedVectors) {
    EXPECT_EQ(
        hex(scrypt("", "", {16, 1, 1}, 64).value()),
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    );
}

TEST(Scrypt, RefusesCostsThatItDoesNotKnowOrThatTakeTooMuchMemory) {
    EXPECT_FALSE(scrypt("x", "salt", {15, 8, 1}, 64));
    EXPECT_FALSE(scrypt("x", "salt", {0, 8, 1}, 64));
    EXPECT_FALSE(scrypt("x", "salt", {16384, 0, 1}, 64));
    EXPECT_FALSE(scrypt("x", "salt", {1ULL << 30, 8, 1}, 64));
}

TEST(ConstantTimeEqual, ComparesLikeEquality) {
    EXPECT_TRUE(constant_time_equal("", ""));
    EXPECT_TRUE(constant_time_equal("abc", "abc"));
    EXPECT_FALSE(constant_time_equal("abc", "abd"));
    EXPECT_FALSE(constant_time_equal("abc", "ab"));
    EXPECT_FALSE(constant_time_equal("", "a"));
}
