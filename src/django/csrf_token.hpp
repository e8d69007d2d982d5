// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/random.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

// Django: django/middleware/csrf.py. A secret is 32 letters and digits. A token hides it in 64
// characters, a mask and a cipher; a bare secret is a token too.

std::string new_csrf_secret(const crypto::RandomBytes& random);

/// Another token each time, so that the compressed sizes of pages that show it do not tell the
/// secret.
/// - secret: as new_csrf_secret and csrf_secret return it.
std::string mask_csrf_secret(std::string_view secret, const crypto::RandomBytes& random);

/// Whether a token is masked: 64 characters.
bool is_masked_csrf_token(std::string_view token);

/// What is wrong with the form of a token from outside, in Django's words: "has incorrect length",
/// "has invalid characters"; empty when nothing is.
/// - token: UTF-8; its characters are counted.
std::string_view csrf_format_error(std::string_view token);

/// The secret of a token from outside; absent when its form is wrong.
std::optional<std::string> csrf_secret(std::string_view token);

/// Whether two tokens from outside have the same secret, in constant time. One of a wrong form
/// matches none.
bool csrf_tokens_match(std::string_view a, std::string_view b);

} // namespace drf_messages::django
