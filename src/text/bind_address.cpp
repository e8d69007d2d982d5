// SPDX-License-Identifier: MIT
#include "text/bind_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <system_error>

namespace drf_messages::text {
namespace {

constexpr std::string_view unix_prefix = "unix:";
/// sockaddr_un has room for these and a NUL.
constexpr std::size_t longest_unix_path = 107;

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string parse_unix_path(std::string_view path) {
    if (path.empty() || path.size() > longest_unix_path) {
        throw std::invalid_argument("the path of a Unix socket has 1 to 107 bytes");
    }
    if (path.find('\0') != std::string_view::npos) {
        throw std::invalid_argument("the path of a Unix socket has no NUL");
    }
    return std::string(path);
}

std::uint16_t parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, port);
    if (error != std::errc() || end != last) {
        throw std::invalid_argument("the port is not a number from 0 to 65535");
    }
    return port;
}

} // namespace

BindAddress parse_bind_address(std::string_view text) {
    if (text.starts_with(unix_prefix)) {
        return {{}, 0, parse_unix_path(text.substr(unix_prefix.size()))};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 ||
        std::any_of(text.begin(), text.end(), is_control)) {
        throw std::invalid_argument("not HOST:PORT, [V6]:PORT or unix:PATH");
    }
    const auto port = parse_port(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        throw std::invalid_argument("an IPv6 address stands in brackets, [V6]:PORT");
    }
    return {std::string(host), port, {}};
}

} // namespace drf_messages::text
