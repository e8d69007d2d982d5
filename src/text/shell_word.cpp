// SPDX-License-Identifier: MIT
#include "text/shell_word.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <string_view>

namespace drf_messages::text {

std::string shell_word(const std::string& text) {
    const auto is_plain = [](char c) {
        return is_alphanumeric(c) || std::string_view("/._-+@:,=").find(c) != std::string::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
        return text;
    }
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return quoted + "'";
}

} // namespace drf_messages::text
