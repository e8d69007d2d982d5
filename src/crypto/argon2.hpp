// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drf_messages::crypto {

/// What one Argon2id hash costs: memory in KiB, passes over it, threads.
struct Argon2Cost {
    std::uint32_t memory_kib = 0;
    std::uint32_t passes = 0;
    std::uint32_t parallelism = 0;
};

/// A hash in Argon2's own form: "$argon2id$v=19$m=102400,t=2,p=8$SALT$HASH", the hash of 16 bytes.
/// Throws std::runtime_error when there is not enough memory.
std::string argon2id(std::string_view password, std::string_view salt, const Argon2Cost& cost);

/// Whether the password matches this hash (Argon2id, Argon2i or Argon2d). False for anything
/// malformed, and for parameters that ask for more than 1 GiB of memory or 64 passes.
bool argon2_verify(const std::string& encoded, std::string_view password);

} // namespace drf_messages::crypto
