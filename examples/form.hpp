// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// A field of a form as browsers post it, application/x-www-form-urlencoded.
inline std::optional<std::string> form_value(std::string_view form, std::string_view name) {
    const auto decoded = [](std::string_view text) {
        std::string result;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const auto digits = text.substr(at + 1, 2);
            if (text[at] == '%' && digits.size() == 2 &&
                digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos) {
                result += static_cast<char>(std::stoi(std::string(digits), nullptr, 16));
                at += 2;
            } else {
                result += text[at] == '+' ? ' ' : text[at];
            }
        }
        return result;
    };
    while (!form.empty()) {
        const auto pair = form.substr(0, form.find('&'));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && decoded(pair.substr(0, equals)) == name) {
            return decoded(pair.substr(equals + 1));
        }
        form.remove_prefix(pair.size() < form.size() ? pair.size() + 1 : form.size());
    }
    return std::nullopt;
}

inline std::string escape_html(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}
