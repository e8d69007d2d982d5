// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::crypto {

enum class Hash { md5, sha1, sha256, sha512 };

/// Raw bytes.
std::string digest(Hash hash, std::string_view bytes);
std::string hmac(Hash hash, std::string_view key, std::string_view bytes);
std::string pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned iterations, std::size_t length);
std::string hex(std::string_view bytes);

/// In a time that does not depend on where they differ. Unequal lengths are unequal.
bool constant_time_equal(std::string_view a, std::string_view b);

} // namespace drf_messages::crypto
