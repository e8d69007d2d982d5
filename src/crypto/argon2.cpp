// SPDX-License-Identifier: MIT
#include "crypto/argon2.hpp"

#include <argon2.h>

#include <charconv>
#include <cstdint>

namespace {

constexpr std::uint32_t memory_limit_kib = 1024 * 1024;
constexpr std::uint32_t passes_limit = 64;

/// The number after `name` ("m="), 0 when there is none.
std::uint32_t parameter(std::string_view encoded, std::string_view name) {
    const std::size_t at = encoded.find(name);
    std::uint32_t value = 0;
    if (at != std::string_view::npos) {
        std::from_chars(encoded.data() + at + name.size(), encoded.data() + encoded.size(), value);
    }
    return value;
}

} // namespace

bool drf_messages::crypto::argon2_verify(const std::string& encoded, std::string_view password) {
    const std::string_view text = encoded;
    argon2_type type{};
    if (text.starts_with("$argon2id$")) {
        type = Argon2_id;
    } else if (text.starts_with("$argon2i$")) {
        type = Argon2_i;
    } else if (text.starts_with("$argon2d$")) {
        type = Argon2_d;
    } else {
        return false;
    }
    if (parameter(text, "$m=") > memory_limit_kib || parameter(text, ",t=") > passes_limit) {
        return false;
    }
    return argon2_verify(encoded.c_str(), password.data(), password.size(), type) == ARGON2_OK;
}
