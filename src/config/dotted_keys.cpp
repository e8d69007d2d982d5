// SPDX-License-Identifier: MIT
#include "config/dotted_keys.hpp"

#include <algorithm>

namespace drf_messages::config {
namespace {

/// Where the string that begins at `at` ends: after its last quote, or where it breaks off.
std::size_t end_of_string(std::string_view toml, std::size_t at) {
    const char quote = toml[at];
    const std::string_view three = quote == '"' ? R"(""")" : "'''";
    const bool several_lines = toml.substr(at).starts_with(three);
    const std::string_view closing = several_lines ? three : three.substr(0, 1);
    for (at += closing.size(); at < toml.size(); ++at) {
        if (quote == '"' && toml[at] == '\\') {
            ++at;
        } else if (toml[at] == '\n' && !several_lines) {
            return at;
        } else if (toml.substr(at).starts_with(closing)) {
            at += closing.size();
            // a text of several lines may itself end with quotes
            while (several_lines && at < toml.size() && toml[at] == quote) {
                ++at;
            }
            return at;
        }
    }
    return toml.size();
}

} // namespace

std::optional<std::size_t> line_of_too_deep_key(std::string_view toml) {
    std::size_t parts = 1;
    for (std::size_t at = 0; at < toml.size();) {
        switch (toml[at]) {
        case '"':
        case '\'':
            at = end_of_string(toml, at);
            continue;
        case '#':
            at = std::min(toml.find('\n', at), toml.size());
            continue;
        case '.':
            if (++parts > most_key_parts) {
                return 1 + std::count(toml.begin(), toml.begin() + at, '\n');
            }
            break;
        case '\n':
        case '=':
        case ',':
        case '[':
        case ']':
        case '{':
        case '}':
            parts = 1;
            break;
        default:
            break;
        }
        ++at;
    }
    return std::nullopt;
}

} // namespace drf_messages::config
