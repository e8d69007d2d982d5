// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drf_messages::text {

/// Where to listen: "HOST:PORT", "[V6]:PORT" or "unix:PATH".
struct BindAddress {
    std::string host;       ///< an address without brackets, or a name; empty for a Unix socket
    std::uint16_t port = 0; ///< 0: the system chooses
    std::string unix_path;  ///< empty for HOST:PORT
};

/// - throws std::invalid_argument whose text is the reason alone.
BindAddress parse_bind_address(std::string_view text);

} // namespace drf_messages::text
