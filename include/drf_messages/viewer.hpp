// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/ids.hpp>

#include <optional>
#include <string>

namespace drf_messages {

/// Whose messages a request sees.
struct Viewer {
    std::optional<UserId> user;             ///< absent for an anonymous visitor
    bool has_session = false;               ///< whether the request carries a session at all (SessionMiddleware)
    std::optional<std::string> session_key; ///< absent while the session has none yet
};

} // namespace drf_messages
