// SPDX-License-Identifier: MIT
#include "accounts/username.hpp"

#include "text/unicode.hpp"
#include "text/utf8.hpp"

namespace drf_messages::accounts {

std::string normalize_username(std::string_view username, std::size_t most) {
    constexpr std::size_t bytes_of_a_character = 4;
    if (username.size() > most * bytes_of_a_character || text::utf8_length(username) > most) {
        return std::string(username);
    }
    return text::nfkc(username);
}

} // namespace drf_messages::accounts
