// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/random.hpp"

#include <string>
#include <string_view>

namespace drf_messages::django {

/// Django 3.2: django/middleware/csrf.py. A token is 64 characters (mask and cipher); a bare secret
/// has 32.
std::string new_csrf_token(const crypto::RandomBytes& random);
/// - secret: 32 ASCII letters and digits, as sanitize_csrf_token or random_string make them.
std::string mask_csrf_secret(std::string_view secret, const crypto::RandomBytes& random);

/// The same secret behind another mask, so that the compressed sizes of pages that show the token
/// do not tell it. A text that is no token stays.
std::string remask_csrf_token(std::string_view token, const crypto::RandomBytes& random);

/// Makes a token from outside safe: 64 alphanumerics stay, 32 are masked, anything else becomes a
/// new token.
std::string sanitize_csrf_token(std::string_view token, const crypto::RandomBytes& random);

/// Whether two sanitized tokens hide the same secret, in constant time. Unsanitized ones never
/// match.
bool csrf_tokens_match(std::string_view a, std::string_view b);

} // namespace drf_messages::django
