// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::crypto {

/// A hash in bcrypt's own form: "$2b$12$" and 53 characters.
/// - password: without NUL; bytes beyond the 72nd do not count.
/// - salt: 22 letters or digits.
std::string bcrypt(const std::string& password, std::string_view salt, int cost);

/// Whether the password matches this hash. False for anything malformed, for a password with a NUL,
/// and for a cost above 18, which would take a quarter of a minute.
bool bcrypt_verify(const std::string& encoded, const std::string& password);

} // namespace drf_messages::crypto
