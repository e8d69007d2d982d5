// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace drf_messages::crypto {

/// Where randomness comes from: fills a string of that many bytes. Passed in, so that tests can
/// repeat it.
using RandomBytes = std::function<std::string(std::size_t)>;

/// The system's generator. Throws std::runtime_error when it fails.
std::string system_random_bytes(std::size_t count);

/// Unbiased characters of `alphabet` (1 to 256 of them). Django: django/utils/crypto.py,
/// get_random_string.
std::string random_string(const RandomBytes& random, std::size_t length, std::string_view alphabet);

} // namespace drf_messages::crypto
