// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// Characters of the longest name that auth.User has room for.
inline constexpr std::size_t username_max_length = 150;
/// What Django's login form takes for that of a model whose USERNAME_FIELD has no max_length; here,
/// that of every model but auth.User.
inline constexpr std::size_t unknown_username_max_length = 254;

/// A name that somebody has typed, in NFKC, as names are stored. One of more than `most` characters
/// stays as it is: nobody has it, and to order combining marks takes the square of their number.
/// - Django 3.2.23: django/contrib/auth/forms.py, UsernameField.to_python.
std::string normalize_username(std::string_view username, std::size_t most = username_max_length);

} // namespace drf_messages::accounts
