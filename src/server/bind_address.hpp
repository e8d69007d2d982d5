// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <string>

namespace drf_messages::server {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;

/// "HOST:PORT", "[V6]:PORT" or "unix:PATH" as an endpoint; a host name is looked up.
/// - throws std::invalid_argument for another text and std::runtime_error for an unknown host, with
///   the reason alone.
Endpoint find_bind_address(const std::string& text);

/// "http://127.0.0.1:8000", "http://[::1]:8000" or "unix:PATH".
std::string address_text(const Endpoint& endpoint);

/// The address without port; empty for a Unix socket. An IPv4 address that came in by IPv6 is
/// written as IPv4.
std::string host_text(const Endpoint& endpoint);

/// Its port; 0 for a Unix socket.
std::uint16_t port_number(const Endpoint& endpoint);

/// The path of a Unix socket, otherwise empty.
std::string unix_path(const Endpoint& endpoint);

} // namespace drf_messages::server
