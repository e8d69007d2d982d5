// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace drf_messages::text {

/// A text as one word of a command line, in quotes where a shell would read it otherwise.
std::string shell_word(const std::string& text);

} // namespace drf_messages::text
