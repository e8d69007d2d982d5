// SPDX-License-Identifier: MIT
#pragma once

#include "text/ascii.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::text {

/// Percent escapes to bytes; a broken escape stays as it is. `plus_is_space` as in forms.
std::string percent_decode(std::string_view text, bool plus_is_space);

/// The characters that an encoding leaves as they are: letters, digits, "_.-~" and more.
class SafeBytes {
public:
    constexpr explicit SafeBytes(std::string_view more) {
        for (std::size_t i = 0; i < safe_.size(); ++i) {
            safe_[i] = is_alphanumeric(static_cast<char>(i));
        }
        for (const std::string_view bytes : {std::string_view("_.-~"), more}) {
            for (const char c : bytes) {
                safe_[static_cast<unsigned char>(c)] = true;
            }
        }
    }
    constexpr bool contain(char c) const { return safe_[static_cast<unsigned char>(c)]; }

private:
    std::array<bool, 256> safe_{};
};

/// Python's urllib.parse.quote: every byte that is not safe becomes %XX.
std::string percent_encode(std::string_view bytes, const SafeBytes& safe);
std::string percent_encode(std::string_view bytes, std::string_view safe = "/");
void append_percent_encoded(std::string& out, std::string_view bytes, const SafeBytes& safe);

/// Python's urllib.parse.quote_plus: as quote with no safe characters, a space becomes "+".
std::string percent_encode_plus(std::string_view bytes);

} // namespace drf_messages::text
