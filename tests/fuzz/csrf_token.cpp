// SPDX-License-Identifier: MIT
// CSRF tokens: what has a secret has a right form, and the secret is the same under any mask.
#include "django/csrf_token.hpp"

#include "fuzz.hpp"

using namespace drf_messages;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const crypto::RandomBytes zeros = [](std::size_t count) { return std::string(count, '\0'); };
    const auto half = size / 2;
    const auto left = fuzz::text(data, half);
    const auto right = fuzz::text(data + half, size - half);
    static_cast<void>(django::csrf_tokens_match(left, right));

    const auto token = fuzz::text(data, size);
    const auto secret = django::csrf_secret(token);
    fuzz::require(secret.has_value() == django::csrf_format_error(token).empty());
    fuzz::require(django::csrf_tokens_match(token, token) == secret.has_value());
    if (secret) {
        const auto masked = django::mask_csrf_secret(*secret, zeros);
        fuzz::require(django::csrf_secret(masked) == secret);
        fuzz::require(django::csrf_tokens_match(token, masked));
    }
    return 0;
}
