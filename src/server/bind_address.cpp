// SPDX-License-Identifier: MIT
#include "server/bind_address.hpp"

#include "text/bind_address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/error_code.hpp>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace drf_messages::server {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

asio::ip::address find_host(const std::string& host) {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(host, ec);
    if (!ec) {
        return address;
    }
    asio::io_context context;
    tcp::resolver resolver(context);
    const auto found = resolver.resolve(host, "", tcp::resolver::passive, ec);
    if (ec || found.empty()) {
        throw std::runtime_error("the host is unknown: " + ec.message());
    }
    return found.begin()->endpoint().address();
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

Endpoint find_bind_address(const std::string& text) {
    const auto address = text::parse_bind_address(text);
    if (!address.unix_path.empty()) {
        return asio::local::stream_protocol::endpoint(address.unix_path);
    }
    return tcp::endpoint(find_host(address.host), address.port);
}

std::string address_text(const Endpoint& endpoint) {
    if (!is_tcp(endpoint)) {
        return "unix:" + unix_path(endpoint);
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

std::uint16_t port_number(const Endpoint& endpoint) {
    return is_tcp(endpoint) ? as_tcp(endpoint).port() : std::uint16_t{0};
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
