// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;
using std::chrono::seconds;
using std::chrono::sys_seconds;

sys_seconds at(std::int64_t unix_time) {
    return sys_seconds{seconds{unix_time}};
}

} // namespace

TEST(SaltedHmac, IsTheRecordedOne) {
    for (const auto& vector : auth_vectors().at("salted_hmac").as_array()) {
        EXPECT_EQ(
            crypto::hex(salted_hmac(
                text_of(vector, "key_salt"),
                text_of(vector, "value"),
                text_of(vector, "secret"),
                text_of(vector, "algorithm") == "sha1"
            )),
            text_of(vector, "hex")
        );
    }
}

TEST(Signature, IsMadeAndAcceptedAsRecorded) {
    for (const auto& vector : auth_vectors().at("signing").at("dumps").as_array()) {
        const auto whole = text_of(vector, "value");
        const auto payload = whole.substr(0, whole.find(':'));
        const auto salt = text_of(vector, "salt");
        const auto key = text_of(vector, "key");
        const auto time = at(vector.at("timestamp_unix").to_number<std::int64_t>());
        EXPECT_EQ(sign_timestamped(payload, salt, key, time), whole);
        EXPECT_EQ(unsign_timestamped(whole, salt, key), payload);
        EXPECT_FALSE(unsign_timestamped(whole, salt + "x", key));
        EXPECT_FALSE(unsign_timestamped(whole, salt, key + "x"));
        EXPECT_FALSE(unsign_timestamped("x" + whole, salt, key));
    }
}

TEST(Signature, WritesTimestampsInBase62) {
    for (const auto& vector : auth_vectors().at("signing").at("base62_timestamps").as_array()) {
        const auto time = at(vector.at("number").to_number<std::int64_t>());
        const auto whole = sign_timestamped("v", "salt", "key", time);
        EXPECT_EQ(whole.substr(0, whole.rfind(':')), "v:" + text_of(vector, "base62"));
        EXPECT_EQ(unsign_timestamped(whole, "salt", "key"), "v");
    }
}

TEST(Signature, IsAcceptedWhenMadeWithSha1) {
    const std::string stamped = "v:1rK5iq";
    const auto signature = text::base64url_encode(salted_hmac("saltsigner", stamped, "key", true));
    EXPECT_EQ(unsign_timestamped(stamped + ":" + signature, "salt", "key"), "v");
    EXPECT_FALSE(
        unsign_timestamped(stamped + ":" + signature, "salt", "key", LegacyFormats::refused)
    );
}

TEST(Signature, RefusesWellSignedValuesWithoutATimestamp) {
    for (const std::string stamped : {"v", "v:", "v:_", "", ":"}) {
        SCOPED_TRACE(stamped);
        const auto signature = text::base64url_encode(salted_hmac("saltsigner", stamped, "key"));
        EXPECT_FALSE(unsign_timestamped(stamped + ":" + signature, "salt", "key"));
    }
    EXPECT_FALSE(unsign_timestamped("", "salt", "key"));
    EXPECT_FALSE(unsign_timestamped(":::", "salt", "key"));
}

TEST(Signature, TakesATimestampBeyond64Bits) {
    const std::string stamped = "v:zzzzzzzzzzzzzzzzzzzzzzzz";
    const auto signature = text::base64url_encode(salted_hmac("saltsigner", stamped, "key"));
    EXPECT_EQ(unsign_timestamped(stamped + ":" + signature, "salt", "key"), "v");
}
