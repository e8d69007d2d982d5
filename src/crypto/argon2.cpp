// SPDX-License-Identifier: MIT
#include "crypto/argon2.hpp"

#include <argon2.h>

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace drf_messages::crypto {

namespace {

constexpr std::uint32_t memory_limit_kib = 1024 * 1024;
constexpr std::uint32_t passes_limit = 64;
constexpr std::uint32_t parallelism_limit = 64; // each takes a thread
constexpr std::size_t hash_size = 16;

/// The number after `name` ("m="), 0 when there is none.
std::uint32_t parameter(std::string_view encoded, std::string_view name) {
    const std::size_t at = encoded.find(name);
    std::uint32_t value = 0;
    if (at != std::string_view::npos) {
        const char* begin = encoded.data() + at + name.size();
        if (std::from_chars(begin, encoded.data() + encoded.size(), value).ec ==
            std::errc::result_out_of_range) {
            return UINT32_MAX;
        }
    }
    return value;
}

} // namespace

std::string argon2id(std::string_view password, std::string_view salt, const Argon2Cost& cost) {
    const std::size_t size = argon2_encodedlen(
        cost.passes,
        cost.memory_kib,
        cost.parallelism,
        static_cast<std::uint32_t>(salt.size()),
        hash_size,
        Argon2_id
    );
    std::string encoded(size, '\0');
    const int failure = argon2id_hash_encoded(
        cost.passes,
        cost.memory_kib,
        cost.parallelism,
        password.data(),
        password.size(),
        salt.data(),
        salt.size(),
        hash_size,
        encoded.data(),
        encoded.size()
    );
    if (failure != ARGON2_OK) {
        throw std::runtime_error(argon2_error_message(failure));
    }
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool argon2_verify(const std::string& encoded, std::string_view password) {
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
    if (parameter(text, "$m=") > memory_limit_kib || parameter(text, ",t=") > passes_limit ||
        parameter(text, ",p=") > parallelism_limit) {
        return false;
    }
    return ::argon2_verify(encoded.c_str(), password.data(), password.size(), type) == ARGON2_OK;
}

} // namespace drf_messages::crypto
