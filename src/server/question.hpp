// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

namespace drf_messages::server {

/// The address at which a server on this machine is reached that listens on `bind` (as
/// ServerOptions::bind): "127.0.0.1:8000" for "0.0.0.0:8000", "[::1]:8000" for "[::]:8000".
/// - throws as find_bind_address().
std::string address_to_ask(const std::string& bind);

struct Told {
    int status = 0;
    std::string body;
};

/// What a server says to GET, for whoever looks after it.
/// - address: HOST:PORT, [V6]:PORT or unix:PATH.
/// - patience: for all of it.
/// - throws std::runtime_error with the reason alone.
Told ask(const std::string& address, const std::string& path, std::chrono::milliseconds patience);

} // namespace drf_messages::server
