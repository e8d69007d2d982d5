// SPDX-License-Identifier: MIT
#include "crypto/random.hpp"

#include <openssl/rand.h>

#include <climits>
#include <stdexcept>

namespace drf_messages::crypto {

std::string system_random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (count > INT_MAX ||
        RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the system's random number generator failed");
    }
    return bytes;
}

std::string
random_string(const RandomBytes& random, std::size_t length, std::string_view alphabet) {
    if (alphabet.empty() || alphabet.size() > 256) {
        throw std::logic_error("random_string: the alphabet must have 1 to 256 characters");
    }
    // A byte beyond the last whole multiple of the alphabet would favour its first characters.
    const std::size_t fair = 256 - 256 % alphabet.size();
    std::string out;
    out.reserve(length);
    while (out.size() < length) {
        for (const char c : random(length - out.size())) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < fair && out.size() < length) {
                out += alphabet[byte % alphabet.size()];
            }
        }
    }
    return out;
}

} // namespace drf_messages::crypto
