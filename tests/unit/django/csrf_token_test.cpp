// SPDX-License-Identifier: MIT
#include "crypto/random.hpp"
#include "django/csrf_token.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
            csrf_tokens_match(text_of(vector, "token"), text_of(vector, "cookie")),
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
    EXPECT_EQ(csrf_secret(first), secret);
    EXPECT_EQ(csrf_secret(secret), secret);
    const auto other = new_csrf_secret(crypto::system_random_bytes);
    EXPECT_FALSE(csrf_tokens_match(other, new_csrf_secret(crypto::system_random_bytes)));
    EXPECT_EQ(csrf_secret(mask_csrf_secret(other, crypto::system_random_bytes)), other);
}

TEST(CsrfToken, OfAWrongFormHasNoSecretAndMatchesNone) {
    const std::pair<std::string, std::string_view> cases[] = {
        {"", "has incorrect length"},
        {std::string(31, 'a'), "has incorrect length"},
        {std::string(33, 'a'), "has incorrect length"},
        {std::string(31, 'a') + "-", "has invalid characters"},
        {std::string(63, 'a') + "\xC3\xA4", "has invalid characters"},
        {std::string(62, 'a') + "\xC3\xA4", "has incorrect length"},
        {std::string(64, '-'), "has invalid characters"},
    };
    for (const auto& [token, error] : cases) {
        EXPECT_EQ(csrf_format_error(token), error) << token;
        EXPECT_EQ(csrf_secret(token), std::nullopt) << token;
        EXPECT_FALSE(csrf_tokens_match(token, token)) << token;
    }
    for (const std::size_t length : {32U, 64U}) {
        EXPECT_EQ(csrf_format_error(std::string(length, 'a')), "");
    }
}
