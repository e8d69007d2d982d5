// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/rest/value.hpp>

#include <string>

namespace drf_messages::openapi {

/// The value as YAML, 1.1 and 1.2 alike: every text is quoted but for words of ASCII that no reader
/// takes for something else.
std::string to_yaml(const rest::Value& value);

} // namespace drf_messages::openapi
