// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "messages/storage.hpp"

#include <drf_messages/viewer.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace drf_messages::messages {

/// The state that a public Request shares with the handles made from it. Once the request has
/// ended, every call through a handle throws std::logic_error.
struct RequestState {
    std::shared_ptr<DatabaseAccess> database;
    Viewer viewer;
    std::string view_name;
    Storage* storage = nullptr;             ///< null without MessageMiddleware, and after the end
    std::unique_ptr<Storage> owned_storage; ///< the storage, unless a middleware owns it
    bool ended = false;
    std::function<std::string()> csrf_token; ///< of a middleware's request; empty otherwise

    /// the request that this one represents inside a transaction; null otherwise
    std::shared_ptr<RequestState> outer;

    void end() noexcept {
        ended = true;
        storage = nullptr;
        csrf_token = {};
    }

    void refuse_ended() const {
        if (ended || (outer && outer->ended)) {
            throw std::logic_error("the messages of a request were used after it had ended");
        }
    }
};

} // namespace drf_messages::messages
