// SPDX-License-Identifier: MIT
#include "accounts/new_user.hpp"

#include "accounts/username.hpp"
#include "text/ascii.hpp"
#include "text/python_text.hpp"
#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

namespace drf_messages::accounts {
namespace {

constexpr std::size_t email_max_length = 254;

bool is_name_character(char32_t c) {
    return text::is_word_character(c) || c == U'.' || c == U'@' || c == U'+' || c == U'-';
}

bool is_control_or_space(char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
}

/// Why a name cannot be a user's.
/// - Django: django/contrib/auth/validators.py, UnicodeUsernameValidator, and 150 characters.
std::optional<std::string> username_problem(std::string_view name) {
    if (name.empty()) {
        return "a user name is needed";
    }
    if (!text::is_valid_utf8(name)) {
        return "the user name is not valid UTF-8";
    }
    if (text::utf8_length(name) > username_max_length) {
        return "the user name is longer than 150 characters";
    }
    const std::u32string characters = text::code_points(name);
    if (!std::all_of(characters.begin(), characters.end(), is_name_character)) {
        return "a user name may only hold letters, digits and @ . + - _";
    }
    return std::nullopt;
}

/// Why a text cannot be an address.
std::optional<std::string> email_problem(std::string_view email) {
    if (email.empty()) {
        return std::nullopt;
    }
    const auto at = email.rfind('@');
    if (!text::is_valid_utf8(email) || email.size() > email_max_length ||
        at == std::string_view::npos || at == 0 || at + 1 == email.size() ||
        std::any_of(email.begin(), email.end(), is_control_or_space)) {
        return "the e-mail address is not valid";
    }
    return std::nullopt;
}

/// The domain in lower case. Django: BaseUserManager.normalize_email.
std::string normalize_email(std::string_view email) {
    std::string result(email);
    const auto at = result.rfind('@');
    if (at != std::string::npos) {
        std::transform(
            result.begin() + static_cast<std::ptrdiff_t>(at),
            result.end(),
            result.begin() + static_cast<std::ptrdiff_t>(at),
            text::lower
        );
    }
    return result;
}

void refuse(const std::optional<std::string>& problem) {
    if (problem) {
        throw std::invalid_argument(*problem);
    }
}

} // namespace

User new_user(std::string_view username, std::string_view email) {
    User user;
    user.username = normalize_username(username);
    refuse(username_problem(user.username));
    refuse(email_problem(email));
    user.email = normalize_email(email);
    return user;
}

} // namespace drf_messages::accounts
