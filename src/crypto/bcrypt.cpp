// SPDX-License-Identifier: MIT
#include "crypto/bcrypt.hpp"

#include "crypto/digest.hpp"

#include <crypt.h>

#include <memory>

bool drf_messages::crypto::bcrypt_verify(const std::string& encoded, const std::string& password) {
    constexpr int cost_limit = 18;
    const bool known = encoded.starts_with("$2a$") || encoded.starts_with("$2b$") || encoded.starts_with("$2y$");
    if (!known || encoded.size() != 60 || encoded[6] != '$' || password.find('\0') != std::string::npos) {
        return false;
    }
    const int cost = (encoded[4] - '0') * 10 + (encoded[5] - '0');
    if (cost < 4 || cost > cost_limit) {
        return false;
    }
    const auto data = std::make_unique<crypt_data>();
    const char* made = crypt_r(password.c_str(), encoded.c_str(), data.get());
    return made != nullptr && constant_time_equal(made, encoded);
}
