// SPDX-License-Identifier: MIT
// CSRF tokens: sanitizing is final, and a secret matches itself under any mask.
#include "django/csrf_token.hpp"

#include "fuzz.hpp"

using namespace drf_messages;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const crypto::RandomBytes zeros = [](std::size_t count) { return std::string(count, '\0'); };
    const crypto::RandomBytes ones = [](std::size_t count) { return std::string(count, '\1'); };
    const auto half = size / 2;
    const auto left = fuzz::text(data, half);
    const auto right = fuzz::text(data + half, size - half);
    static_cast<void>(django::csrf_tokens_match(left, right));

    const auto token = django::sanitize_csrf_token(fuzz::text(data, size), zeros);
    fuzz::require(token.size() == 64);
    fuzz::require(django::sanitize_csrf_token(token, ones) == token);
    fuzz::require(django::csrf_tokens_match(token, token));
    return 0;
}
