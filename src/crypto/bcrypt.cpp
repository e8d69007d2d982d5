// SPDX-License-Identifier: MIT
#include "crypto/bcrypt.hpp"

#include "crypto/digest.hpp"

#include <crypt.h>
#include <fmt/format.h>

#include <memory>
#include <stdexcept>

namespace drf_messages::crypto {

namespace {

/// Absent (empty) when libcrypt refuses the setting.
std::string crypt_text(const std::string& password, const std::string& setting) {
    const auto data = std::make_unique<crypt_data>();
    const char* made = crypt_r(password.c_str(), setting.c_str(), data.get());
    return made != nullptr && made[0] != '*' ? std::string(made) : std::string();
}

} // namespace

std::string bcrypt(const std::string& password, std::string_view salt, int cost) {
    std::string made = crypt_text(password, fmt::format("$2b${:02}${}", cost, salt));
    if (made.empty()) {
        throw std::runtime_error("libcrypt could not compute bcrypt");
    }
    return made;
}

std::optional<int> bcrypt_cost(std::string_view encoded) {
    constexpr int least = 4;
    constexpr int most = 18;
    constexpr std::string_view digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789";
    const bool known =
        encoded.starts_with("$2a$") || encoded.starts_with("$2b$") || encoded.starts_with("$2y$");
    if (!known || encoded.size() != 60 || encoded[6] != '$' ||
        encoded.find_first_not_of(digits, 7) != std::string_view::npos) {
        return std::nullopt;
    }
    const int cost = (encoded[4] - '0') * 10 + (encoded[5] - '0');
    return least <= cost && cost <= most ? std::optional(cost) : std::nullopt;
}

bool bcrypt_verify(const std::string& encoded, const std::string& password) {
    return bcrypt_cost(encoded) && password.find('\0') == std::string::npos &&
           constant_time_equal(crypt_text(password, encoded), encoded);
}

} // namespace drf_messages::crypto
