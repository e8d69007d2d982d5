// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::crypto {

/// Whether the password makes this hash, in Argon2's own form: "$argon2id$v=19$m=102400,t=2,p=8$SALT$HASH".
/// False for anything malformed, and for parameters that ask for more than 1 GiB of memory or 64 passes.
bool argon2_verify(const std::string& encoded, std::string_view password);

} // namespace drf_messages::crypto
