// SPDX-License-Identifier: MIT
#include "django/csrf_token.hpp"

#include "crypto/digest.hpp"

#include <algorithm>
#include <optional>

namespace drf_messages::django {
namespace {

constexpr std::size_t secret_length = 32;
constexpr std::size_t token_length = 2 * secret_length;
constexpr std::string_view alphabet =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_alphanumeric(std::string_view text) {
    return text.find_first_not_of(alphabet) == std::string_view::npos;
}

std::optional<std::string> unmasked(std::string_view token) {
    if (token.size() != token_length || !is_alphanumeric(token)) {
        return std::nullopt;
    }
    std::string secret;
    secret.reserve(secret_length);
    for (std::size_t i = 0; i < secret_length; ++i) {
        const auto mask = alphabet.find(token[i]);
        const auto cipher = alphabet.find(token[secret_length + i]);
        secret += alphabet[(cipher + alphabet.size() - mask) % alphabet.size()];
    }
    return secret;
}

} // namespace

std::string new_csrf_token(const crypto::RandomBytes& random) {
    return mask_csrf_secret(crypto::random_string(random, secret_length, alphabet), random);
}

std::string mask_csrf_secret(std::string_view secret, const crypto::RandomBytes& random) {
    std::string token = crypto::random_string(random, secret_length, alphabet);
    token.reserve(token_length);
    for (std::size_t i = 0; i < std::min(secret.size(), secret_length); ++i) {
        const auto plain = alphabet.find(secret[i]);
        const auto mask = alphabet.find(token[i]);
        token += alphabet[(plain + mask) % alphabet.size()];
    }
    return token;
}

std::string remask_csrf_token(std::string_view token, const crypto::RandomBytes& random) {
    const auto secret = unmasked(token);
    return secret ? mask_csrf_secret(*secret, random) : std::string(token);
}

std::string sanitize_csrf_token(std::string_view token, const crypto::RandomBytes& random) {
    if (is_alphanumeric(token)) {
        if (token.size() == token_length) {
            return std::string(token);
        }
        if (token.size() == secret_length) {
            return mask_csrf_secret(token, random);
        }
    }
    return new_csrf_token(random);
}

bool csrf_tokens_match(std::string_view a, std::string_view b) {
    const auto secret_a = unmasked(a);
    const auto secret_b = unmasked(b);
    return secret_a && secret_b && crypto::constant_time_equal(*secret_a, *secret_b);
}

} // namespace drf_messages::django
