// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <string>

namespace drf_messages::config {

/// A text without the passwords of the URLs in it. Several can stand there, with "," or ";" between
/// them: "redis://:********@host/1".
std::string masked_urls(const std::string& text);

/// The same of every text in a value, and nothing of what a key names as a password, secret or
/// token.
/// - secret: whether the value itself is one.
void mask_secrets(Node& node, bool secret);

} // namespace drf_messages::config
