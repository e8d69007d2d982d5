// SPDX-License-Identifier: MIT
#include "server/request_target.hpp"

#include <algorithm>

namespace drf_messages::server {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_scheme_char(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

} // namespace

std::string_view origin_form(std::string_view target) {
    target = target.substr(0, target.find('#'));
    if (target.empty()) {
        return "/";
    }
    const auto separator = target.find("://");
    if (target.front() == '/' || separator == std::string_view::npos || separator == 0 ||
        !is_letter(target.front())) {
        return target;
    }
    const auto scheme = target.substr(0, separator);
    if (!std::all_of(scheme.begin(), scheme.end(), is_scheme_char)) {
        return target;
    }
    const auto path = target.find_first_of("/?", separator + 3);
    if (path == std::string_view::npos) {
        return "/";
    }
    return target.substr(path);
}

} // namespace drf_messages::server
