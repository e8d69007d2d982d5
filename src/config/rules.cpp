// SPDX-License-Identifier: MIT
#include "config/rules.hpp"

#include "model/rate.hpp"
#include "model/releases.hpp"
#include "text/ascii.hpp"
#include "text/bind_address.hpp"

#include <algorithm>
#include <stdexcept>

namespace drf_messages::config {

bool is_throttle_rate(std::string_view rate) {
    return model::Rate::parse(rate).has_value();
}

bool is_cookie_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return text::is_alphanumeric(c) ||
               (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
    });
}

bool is_header_safe(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

bool is_bind_address(std::string_view text) {
    try {
        text::parse_bind_address(text);
        return true;
    } catch (const std::invalid_argument&) {
        return false;
    }
}

bool is_optional_bind_address(std::string_view text) {
    return text.empty() || is_bind_address(text);
}

bool is_log_format(std::string_view text) {
    return text == "text" || text == "json";
}

bool is_socket_mode(std::string_view text) {
    return (text.size() == 3 || (text.size() == 4 && text.front() == '0')) &&
           text.find_first_not_of("01234567") == std::string_view::npos;
}

bool is_release(std::string_view text) {
    return text.empty() || model::parse_release(text);
}

bool is_url_prefix(std::string_view text) {
    return text.empty() || (text.front() == '/' && text.back() != '/' && is_header_safe(text) &&
                            text.find_first_of("?# ") == std::string_view::npos);
}

bool is_origin(std::string_view text) {
    const auto end = text.find("://");
    if (text == "null" || text == "file://") { // what a browser says of a page without a host
        return true;
    }
    if (end == std::string_view::npos) {
        return false;
    }
    const std::string_view scheme = text.substr(0, end);
    const std::string_view host = text.substr(end + 3);
    return !scheme.empty() && scheme.find_first_of("/?#*@, ") == std::string_view::npos &&
           !host.empty() && host.find_first_of("/?#*@, ") == std::string_view::npos &&
           is_header_safe(text);
}

} // namespace drf_messages::config
