// SPDX-License-Identifier: MIT
#include "middleware/host.hpp"

#include "text/ascii.hpp"

#include <algorithm>

namespace drf_messages::middleware {
namespace {

bool is_hex(char c) {
    return text::is_digit(c) || (c >= 'a' && c <= 'f');
}

bool is_name_character(char c) {
    return text::is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
}

/// Length of "[...]" with an address in it, 0 when there is none.
std::size_t bracketed_length(std::string_view host) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) {
        return 0;
    }
    const std::string_view inside = host.substr(1, close - 1);
    const std::size_t colon = inside.find(':');
    if (colon == std::string_view::npos || colon + 1 == inside.size()) {
        return 0;
    }
    const bool valid =
        std::all_of(inside.begin(), inside.begin() + static_cast<std::ptrdiff_t>(colon), is_hex) &&
        std::all_of(inside.begin() + static_cast<std::ptrdiff_t>(colon), inside.end(), [](char c) {
            return is_hex(c) || c == ':' || c == '.';
        });
    return valid ? close + 1 : 0;
}

} // namespace

std::optional<std::string> host_domain(std::string_view host) {
    std::string text = text::lowered(host);
    std::size_t length = 0;
    if (text.starts_with('[')) {
        length = bracketed_length(text);
    } else {
        while (length < text.size() && is_name_character(text[length])) {
            ++length;
        }
    }
    if (length == 0) {
        return std::nullopt;
    }
    const std::string_view rest = std::string_view(text).substr(length);
    const bool port = rest.size() > 1 && rest.front() == ':' &&
                      std::all_of(rest.begin() + 1, rest.end(), text::is_digit);
    if (!rest.empty() && !port) {
        return std::nullopt;
    }
    text.resize(length);
    if (text.ends_with('.')) {
        text.pop_back();
    }
    if (text.empty()) {
        return std::nullopt;
    }
    return text;
}

std::string host_of_address(std::string_view address) {
    if (address.find(':') == std::string_view::npos) {
        return std::string(address);
    }
    std::string host = "[";
    host.append(address.substr(0, address.find('%'))).push_back(']');
    return host;
}

bool is_same_domain(std::string_view host, std::string_view pattern) {
    if (pattern.empty()) {
        return false;
    }
    const std::string wanted = text::lowered(pattern);
    if (wanted.front() == '.') {
        return host.ends_with(wanted) || host == std::string_view(wanted).substr(1) ||
               host == wanted;
    }
    return host == wanted;
}

bool is_allowed_host(std::string_view domain, const std::vector<std::string>& allowed_hosts) {
    return std::any_of(allowed_hosts.begin(), allowed_hosts.end(), [&](const std::string& pattern) {
        return pattern == "*" || is_same_domain(domain, pattern);
    });
}

} // namespace drf_messages::middleware
