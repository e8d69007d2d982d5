// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/ids.hpp>

#include <optional>
#include <string>

namespace drf_messages {

/// Whose messages a request sees.
struct Viewer {
    std::optional<UserId> user; ///< absent for an anonymous visitor
    /// whether the request carries a session at all (SessionMiddleware)
    bool has_session = false;
    std::optional<std::string> session_key; ///< absent while the session has none yet
};

} // namespace drf_messages
