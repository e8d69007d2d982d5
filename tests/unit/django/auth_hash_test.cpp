// SPDX-License-Identifier: MIT
#include "django/auth_hash.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

using namespace drf_messages::django;

TEST(SessionAuthHash, IsTheRecordedOneInBothForms) {
    int checked = 0;
    for (const auto& vector : auth_vectors().at("session_auth_hash").as_array()) {
        const auto column = text_of(vector, "password_column");
        // The recording names other keys too, but Django went on using the site's: the hashes are
        // the same for all.
        const auto key = text_of(auth_vectors(), "secret_key");
        const auto hash = text_of(vector, "session_auth_hash");
        EXPECT_EQ(session_auth_hash(column, key), hash);
        EXPECT_TRUE(verify_session_auth_hash(hash, column, key));
        EXPECT_TRUE(verify_session_auth_hash(text_of(vector, "legacy_sha1_hash"), column, key));
        EXPECT_FALSE(verify_session_auth_hash(hash, column + "x", key));
        EXPECT_FALSE(verify_session_auth_hash(hash, column, key + "x"));
        const SessionAuthHashes hashes(key);
        for (int turn = 0; turn < 2; ++turn) {
            EXPECT_TRUE(hashes.verify(hash, column));
            EXPECT_TRUE(hashes.verify(text_of(vector, "legacy_sha1_hash"), column));
            EXPECT_FALSE(hashes.verify(hash, column + "x"));
            EXPECT_FALSE(hashes.verify(hash.substr(1), column));
            EXPECT_FALSE(SessionAuthHashes(key + "x").verify(hash, column));
        }
        ++checked;
    }
    EXPECT_GE(checked, 18);
}

TEST(SessionAuthHash, IsNeverMatchedByAnEmptyOrShortenedOne) {
    const auto hash = session_auth_hash("column", "key");
    EXPECT_FALSE(verify_session_auth_hash("", "column", "key"));
    EXPECT_FALSE(verify_session_auth_hash(hash.substr(0, 63), "column", "key"));
}
