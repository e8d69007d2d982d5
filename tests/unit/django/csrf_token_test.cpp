// SPDX-License-Identifier: MIT
#include "crypto/random.hpp"
#include "django/csrf_token.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;

/// Bytes that crypto::random_string turns into `characters`.
crypto::RandomBytes random_for(const std::string& characters) {
    return [characters](std::size_t count) {
        const auto alphabet = text_of(auth_vectors().at("csrf"), "allowed_characters");
        std::string bytes;
        for (std::size_t i = 0; i < count; ++i)
            bytes += static_cast<char>(alphabet.find(characters[i]));
        return bytes;
    };
}

bool accepted(const std::string& cookie, const std::string& token) {
    return csrf_tokens_match(
        sanitize_csrf_token(token, crypto::system_random_bytes),
        sanitize_csrf_token(cookie, crypto::system_random_bytes)
    );
}

} // namespace

TEST(CsrfToken, IsMaskedAsDjangoMasksIt) {
    const auto& csrf = auth_vectors().at("csrf");
    for (const auto& vector : csrf.at("masked").as_array()) {
        const auto masked =
            mask_csrf_secret(text_of(csrf, "secret"), random_for(text_of(vector, "mask")));
        EXPECT_EQ(masked, text_of(vector, "token"));
    }
}

TEST(CsrfToken, IsAcceptedAndRefusedAsRecorded) {
    for (const auto& vector : auth_vectors().at("csrf").at("compare").as_array()) {
        SCOPED_TRACE(text_of(vector, "name"));
        EXPECT_EQ(
            accepted(text_of(vector, "cookie"), text_of(vector, "token")),
            vector.at("accepted").as_bool()
        );
    }
}

TEST(CsrfToken, HasAnotherMaskEachTimeAndTheSameSecret) {
    const std::string secret = "AbCdEfGhIjKlMnOpQrStUvWxYz012345";
    const auto first = mask_csrf_secret(secret, crypto::system_random_bytes);
    const auto second = mask_csrf_secret(secret, crypto::system_random_bytes);
    EXPECT_NE(first, second);
    EXPECT_TRUE(csrf_tokens_match(first, second));
    EXPECT_FALSE(csrf_tokens_match(
        new_csrf_token(crypto::system_random_bytes), new_csrf_token(crypto::system_random_bytes)
    ));
}

TEST(CsrfToken, NeverMatchesUnlessItWasSanitized) {
    EXPECT_FALSE(csrf_tokens_match("", ""));
    EXPECT_FALSE(csrf_tokens_match(std::string(64, '-'), std::string(64, '-')));
}
