// SPDX-License-Identifier: MIT
#include "server/bind_address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace drf_messages::server {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view unix_prefix = "unix:";

std::uint16_t parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, port);
    if (text.empty() || result.ec != std::errc() || result.ptr != end) {
        throw std::runtime_error("the port is not a number from 0 to 65535");
    }
    return port;
}

tcp::endpoint parse_tcp(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        throw std::runtime_error("not HOST:PORT, [V6]:PORT or unix:PATH");
    }
    const auto port = parse_port(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    if (host.empty()) {
        return {tcp::v4(), port};
    }
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        throw std::runtime_error("an IPv6 address stands in brackets, [V6]:PORT");
    }
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(std::string(host), ec);
    if (!ec) {
        return {address, port};
    }
    asio::io_context context;
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(host, "", tcp::resolver::passive, ec);
    if (ec || found.empty()) {
        throw std::runtime_error("the host is unknown: " + ec.message());
    }
    return {found.begin()->endpoint().address(), port};
}

tcp::endpoint as_tcp(const Endpoint& endpoint) {
    tcp::endpoint result;
    std::memcpy(result.data(), endpoint.data(), endpoint.size());
    result.resize(endpoint.size());
    return result;
}

bool is_tcp(const Endpoint& endpoint) {
    const auto family = endpoint.data()->sa_family;
    return family == AF_INET || family == AF_INET6;
}

} // namespace

Endpoint parse_bind_address(const std::string& text) {
    if (text.compare(0, unix_prefix.size(), unix_prefix) == 0) {
        const auto path = text.substr(unix_prefix.size());
        if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
            throw std::runtime_error("the path of a Unix socket has 1 to 107 bytes");
        }
        return asio::local::stream_protocol::endpoint(path);
    }
    return parse_tcp(text);
}

std::string address_text(const Endpoint& endpoint) {
    if (!is_tcp(endpoint)) {
        return std::string(unix_prefix) + unix_path(endpoint);
    }
    const auto at = as_tcp(endpoint);
    const auto host = at.address().to_string();
    return "http://" + (at.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(at.port());
}

std::string host_text(const Endpoint& endpoint) {
    if (!is_tcp(endpoint)) {
        return {};
    }
    const auto address = as_tcp(endpoint).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

std::string unix_path(const Endpoint& endpoint) {
    constexpr auto offset = offsetof(sockaddr_un, sun_path);
    if (endpoint.data()->sa_family != AF_UNIX || endpoint.size() <= offset) {
        return {};
    }
    const auto* const path = reinterpret_cast<const char*>(endpoint.data()) + offset;
    return std::string(path, strnlen(path, endpoint.size() - offset));
}

} // namespace drf_messages::server
