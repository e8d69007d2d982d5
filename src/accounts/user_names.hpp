// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::accounts {

/// Why a name can not be a user's; absent when it can.
/// - Django: django/contrib/auth/validators.py, UnicodeUsernameValidator, and 150 characters.
std::optional<std::string> username_problem(std::string_view name);

/// Why a text can not be an address; absent when it can.
std::optional<std::string> email_problem(std::string_view email);

/// The domain in lower case. Django: BaseUserManager.normalize_email.
std::string normalize_email(std::string_view email);

} // namespace drf_messages::accounts
