// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace drf_messages::crypto {

/// Whether the password makes this hash, in bcrypt's own form: "$2b$12$" and 53 characters. False for anything malformed,
/// for a password with a NUL, and for a cost above 18 (a quarter of a minute).
bool bcrypt_verify(const std::string& encoded, const std::string& password);

} // namespace drf_messages::crypto
