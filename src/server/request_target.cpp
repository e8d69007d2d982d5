// SPDX-License-Identifier: MIT
#include "server/request_target.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace drf_messages::server {

namespace {

bool is_scheme_char(char c) {
    return text::is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
}

bool is_hex_digit(char c) {
    return text::is_digit(c) || (text::lower(c) >= 'a' && text::lower(c) <= 'f');
}

/// What a registered name or an address may consist of, besides percent escapes (RFC 3986, 3.2.2).
bool is_host_char(char c) {
    constexpr std::string_view others = "-._~!$&'()*+,;=";
    return text::is_alphanumeric(c) || others.find(c) != std::string_view::npos;
}

/// Where the authority of an absolute form begins; absent for another form.
std::optional<std::size_t> authority_begin(std::string_view target) {
    const auto separator = target.find("://");
    if (separator == std::string_view::npos || !text::is_letter(target.front())) {
        return std::nullopt;
    }
    const auto scheme = target.substr(0, separator);
    if (!std::all_of(scheme.begin(), scheme.end(), is_scheme_char)) {
        return std::nullopt;
    }
    return separator + 3;
}

/// Length of "[...]" at the start of the text, 0 when it does not end.
std::size_t bracketed_length(std::string_view text) {
    const auto is_in_address = [](char c) { return is_host_char(c) || c == ':'; };
    const auto close = text.find(']');
    if (close == std::string_view::npos || close < 2 ||
        !std::all_of(
            text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(close), is_in_address
        )) {
        return 0;
    }
    return close + 1;
}

/// Length of the registered name or address at the start of the text.
std::size_t name_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size()) {
        if (is_host_char(text[length])) {
            ++length;
        } else if (text[length] == '%' && length + 2 < text.size() && is_hex_digit(text[length + 1]) && is_hex_digit(text[length + 2])) {
            length += 3;
        } else {
            break;
        }
    }
    return length;
}

} // namespace

std::string origin_form(std::string_view target) {
    target = target.substr(0, target.find('#'));
    if (const auto begin = target.empty() ? std::nullopt : authority_begin(target)) {
        target.remove_prefix(std::min(target.find_first_of("/?", *begin), target.size()));
        return (target.starts_with('/') ? "" : "/") + std::string(target);
    }
    return target.empty() ? "/" : std::string(target);
}

std::optional<std::string_view> authority(std::string_view target) {
    const auto begin = authority_begin(target);
    if (!begin) {
        return std::nullopt;
    }
    target.remove_prefix(*begin);
    return target.substr(0, target.find_first_of("/?#"));
}

bool is_target(std::string_view target, std::string_view method) {
    if (target.starts_with('/') || method == "CONNECT") {
        return true;
    }
    return target == "*" ? method == "OPTIONS" : authority_begin(target).has_value();
}

bool is_host(std::string_view text) {
    const auto length = text.starts_with('[') ? bracketed_length(text) : name_length(text);
    if (text.starts_with('[') && length == 0) {
        return false;
    }
    text.remove_prefix(length);
    return text.empty() ||
           (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), text::is_digit));
}

} // namespace drf_messages::server
