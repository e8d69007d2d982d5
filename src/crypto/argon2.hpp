// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::crypto {

/// What one Argon2 hash costs: memory in KiB, passes over it, lanes. All lanes are computed in the
/// thread that calls: a hash takes the same time whatever else the machine does, and one core.
struct Argon2Cost {
    std::uint32_t memory_kib = 0;
    std::uint32_t passes = 0;
    std::uint32_t parallelism = 0;
};

/// A hash in Argon2's own form: "$argon2id$v=19$m=102400,t=2,p=8$SALT$HASH", the hash of 16 bytes.
/// Throws std::runtime_error when there is not enough memory.
std::string argon2id(std::string_view password, std::string_view salt, const Argon2Cost& cost);

/// What a hash in Argon2's own form (Argon2id, Argon2i or Argon2d) costs. Absent for anything
/// malformed, and for parameters that ask for more than 1 GiB of memory, 64 passes or 64 lanes.
std::optional<Argon2Cost> argon2_cost(std::string_view encoded);

/// Whether the password matches this hash. False where argon2_cost() is absent.
bool argon2_verify(std::string_view encoded, std::string_view password);

} // namespace drf_messages::crypto
