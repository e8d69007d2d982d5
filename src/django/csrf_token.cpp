// SPDX-License-Identifier: MIT
#include "django/csrf_token.hpp"

#include "crypto/digest.hpp"
#include "text/utf8.hpp"

namespace drf_messages::django {
namespace {

constexpr std::size_t secret_length = 32;
constexpr std::size_t token_length = 2 * secret_length;
constexpr std::string_view alphabet =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

} // namespace

std::string new_csrf_secret(const crypto::RandomBytes& random) {
    return crypto::random_string(random, secret_length, alphabet);
}

std::string mask_csrf_secret(std::string_view secret, const crypto::RandomBytes& random) {
    std::string token = crypto::random_string(random, secret_length, alphabet);
    token.reserve(token_length);
    for (std::size_t i = 0; i < secret_length; ++i) {
        const auto plain = alphabet.find(secret[i]);
        const auto mask = alphabet.find(token[i]);
        token += alphabet[(plain + mask) % alphabet.size()];
    }
    return token;
}

bool is_masked_csrf_token(std::string_view token) {
    return token.size() == token_length;
}

std::string_view csrf_format_error(std::string_view token) {
    const std::size_t length = text::utf8_length(token);
    if (length != token_length && length != secret_length) {
        return "has incorrect length";
    }
    if (token.find_first_not_of(alphabet) != std::string_view::npos) {
        return "has invalid characters";
    }
    return {};
}

std::optional<std::string> csrf_secret(std::string_view token) {
    if (!csrf_format_error(token).empty()) {
        return std::nullopt;
    }
    if (!is_masked_csrf_token(token)) {
        return std::string(token);
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

bool csrf_tokens_match(std::string_view a, std::string_view b) {
    const auto secret_a = csrf_secret(a);
    const auto secret_b = csrf_secret(b);
    return secret_a && secret_b && crypto::constant_time_equal(*secret_a, *secret_b);
}

} // namespace drf_messages::django
