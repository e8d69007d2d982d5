// SPDX-License-Identifier: MIT
#include "sql/postgresql/statement_text.hpp"

namespace drf_messages::sql::postgresql {

namespace {

/// Where what begins at `at` ends: a quoted text or name, or a comment; `at` itself for anything
/// else.
std::size_t skipped(std::string_view text, std::size_t at) {
    const auto behind = [&](std::string_view end, std::size_t from) {
        const std::size_t found = text.find(end, from);
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    if (text[at] == '\'' || text[at] == '"') {
        return behind(text.substr(at, 1), at + 1);
    }
    if (text.substr(at, 2) == "--") {
        return behind("\n", at);
    }
    if (text.substr(at, 2) == "/*") {
        return behind("*/", at + 2);
    }
    return at;
}

} // namespace

std::string numbered_parameters(std::string_view text) {
    std::string numbered;
    numbered.reserve(text.size() + 64);
    int number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = skipped(text, at);
        if (end != at) {
            numbered += text.substr(at, end - at);
            at = end;
            continue;
        }
        if (text[at] == '?') {
            numbered += '$';
            numbered += std::to_string(++number);
        } else {
            numbered += text[at];
        }
        ++at;
    }
    return numbered;
}

std::string returning_id(std::string_view text) {
    return std::string(text) + " RETURNING id";
}

} // namespace drf_messages::sql::postgresql
