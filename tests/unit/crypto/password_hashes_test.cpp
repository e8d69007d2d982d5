// SPDX-License-Identifier: MIT
#include "crypto/argon2.hpp"
#include "crypto/bcrypt.hpp"
#include "crypto/digest.hpp"

#include <gtest/gtest.h>

#include <string>

namespace drf_messages::crypto {
namespace {

constexpr Argon2Cost cheap{64, 1, 2};

// Made by argon2_hash() of libargon2, of 1.3 and, without a version, of 1.0.
TEST(Argon2, VerifiesWhatOthersHaveMade) {
    for (const char* encoded :
         {"$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHQ$84DAf8YvhdFafXSoOmA0Xw",
          "$argon2i$v=19$m=64,t=1,p=2$c2FsdHNhbHQ$zmLZ1+pvb5IPZBRgmIklKQ",
          "$argon2d$v=19$m=64,t=1,p=2$c2FsdHNhbHQ$gfURC2ShCKKuNPJZgMfjiQ",
          "$argon2i$m=64,t=1,p=2$c2FsdHNhbHQ$Xm7wwFqfM4Ccy80g3+UXyw"}) {
        EXPECT_TRUE(argon2_verify(encoded, "secret")) << encoded;
        EXPECT_FALSE(argon2_verify(encoded, "Secret")) << encoded;
    }
}

TEST(Argon2, RefusesWhatIsMalformedOrAsksForTooMuch) {
    const std::string own = argon2id("x", "saltsalt", cheap);
    const std::string salted = own.substr(0, own.rfind('$'));
    const std::string hash = own.substr(own.rfind('$'));
    for (const std::string& encoded :
         {std::string(),
          std::string("$argon2id$"),
          std::string("$argon2id$v=19$m=64,t=1,p=2"),
          "$argon2x" + own.substr(9),
          "$argon2id$v=18" + own.substr(own.find("$m=")),
          "$argon2id$v=19$m=064,t=1,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=-1,t=1,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=4294967296,t=1,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=1048577,t=1,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=64,t=65,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=64,t=0,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=64,t=1,p=65$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=15,t=1,p=2$c2FsdHNhbHQ" + hash,
          "$argon2id$v=19$m=64,t=1,p=2$c2FsdA" + hash,
          std::string("$argon2id$v=19$m=64,t=1,p=2$$"),
          salted,
          salted + "$",
          salted + "$AAA",
          own + "=",
          own + "$",
          own.substr(0, own.size() - 1) + "!"}) {
        EXPECT_FALSE(argon2_cost(encoded)) << encoded;
        EXPECT_FALSE(argon2_verify(encoded, "x")) << encoded;
    }
    EXPECT_TRUE(argon2_verify(own, "x"));
    EXPECT_EQ(argon2_cost(own)->memory_kib, 64U);
}

TEST(Bcrypt, RefusesWhatIsMalformedOrAsksForTooMuch) {
    const std::string own = bcrypt("x", "abcdefghijklmnopqrstuu", 4);
    ASSERT_TRUE(own.starts_with("$2b$04$"));
    for (const std::string& encoded :
         {std::string(),
          own.substr(0, own.size() - 1),
          own + "x",
          "$2b$03" + own.substr(6),
          "$2b$19" + own.substr(6),
          "$2b$31" + own.substr(6),
          "$2b$4$" + own.substr(6),
          "$2b$0x" + own.substr(6),
          "$2x$04" + own.substr(6),
          own.substr(0, own.size() - 1) + "!"}) {
        EXPECT_FALSE(bcrypt_cost(encoded)) << encoded;
        EXPECT_FALSE(bcrypt_verify(encoded, "x")) << encoded;
    }
    EXPECT_EQ(bcrypt_cost(own), 4);
    EXPECT_TRUE(bcrypt_verify(own, "x"));
    EXPECT_FALSE(bcrypt_verify(own, "y"));
}

TEST(Scrypt, SaysWhichCostsItTakes) {
    for (const ScryptCost& cost :
         {ScryptCost{1U << 14U, 8, 5}, ScryptCost{2, 1, 1}, ScryptCost{1U << 16U, 8, 1}}) {
        EXPECT_TRUE(is_scrypt_cost(cost));
        EXPECT_TRUE(scrypt("x", "salt", cost, 16));
    }
    for (const ScryptCost& cost :
         {ScryptCost{3, 8, 1},
          ScryptCost{0, 8, 1},
          ScryptCost{1, 8, 1},
          ScryptCost{1U << 14U, 0, 1},
          ScryptCost{1U << 14U, 8, 0},
          ScryptCost{1U << 17U, 8, 1},
          ScryptCost{1U << 30U, 8, 1}}) {
        EXPECT_FALSE(is_scrypt_cost(cost)) << cost.work_factor;
        EXPECT_FALSE(scrypt("x", "salt", cost, 16)) << cost.work_factor;
    }
}

} // namespace
} // namespace drf_messages::crypto
