// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::crypto {

enum class Hash { md5, sha1, sha256, sha512 };

/// Raw bytes. The four functions throw std::runtime_error when OpenSSL fails (for a hash that its
/// policy forbids).
std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);
/// - iterations: at least 1.
std::string pbkdf2(
    Hash hash,
    std::string_view password,
    std::string_view salt,
    unsigned iterations,
    std::size_t length
);

/// What scrypt costs: RFC 7914's N, r and p.
struct ScryptCost {
    std::uint64_t work_factor;
    std::uint64_t block_size;
    std::uint64_t parallelism;
};

/// Whether the cost is valid for scrypt and takes no more than 128 MiB.
bool is_scrypt_cost(const ScryptCost& cost);

/// Absent when is_scrypt_cost() says no.
std::optional<std::string> scrypt(
    std::string_view password, std::string_view salt, const ScryptCost& cost, std::size_t length
);

/// Lower-case digits.
std::string hex(std::string_view bytes);

/// Compares in a time that does not depend on where they differ. Texts of unequal length are
/// unequal.
bool constant_time_equal(std::string_view a, std::string_view b);

} // namespace drf_messages::crypto
