// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::crypto {

/// A hash in bcrypt's own form: "$2b$12$" and 53 characters.
/// - password: without NUL; bytes beyond the 72nd do not count.
/// - salt: 22 letters or digits.
std::string bcrypt(const std::string& password, std::string_view salt, int cost);

/// The cost of a hash in bcrypt's own form. Absent for anything malformed, and for a cost above 18,
/// which would take a quarter of a minute.
std::optional<int> bcrypt_cost(std::string_view encoded);

/// Whether the password matches this hash. False for a password with a NUL, and where bcrypt_cost()
/// is absent.
bool bcrypt_verify(const std::string& encoded, const std::string& password);

} // namespace drf_messages::crypto
