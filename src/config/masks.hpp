// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <string>

namespace drf_messages::config {

/// A text without the passwords of the URLs in it, of which there may be several, separated by ","
/// or ";": "redis://:********@host/1".
std::string masked_urls(const std::string& text);

/// The same for every text in a value; a value whose key calls it a password, secret or token is
/// masked completely.
/// - secret: whether the value itself is one.
void mask_secrets(Node& node, bool secret);

} // namespace drf_messages::config
