// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "messages/request_state.hpp"

#include <drf_messages/message.hpp>

#include <memory>
#include <vector>

namespace drf_messages::messages {

/// Where messages came from: what they need to change their own rows.
struct MessageOrigin {
    std::shared_ptr<DatabaseAccess> database;
    std::shared_ptr<RequestState> request; ///< null: no request

    /// Throws std::logic_error once the request has ended.
    void refuse_ended() const;
    /// Messages were marked: the storage of the request counts as used.
    void count_as_used() const;

    static void bind(Message& message, const std::shared_ptr<const MessageOrigin>& origin) {
        message.origin_ = origin;
    }
    static void
    bind(std::vector<Message>& messages, const std::shared_ptr<const MessageOrigin>& origin) {
        for (Message& message : messages) {
            message.origin_ = origin;
        }
    }
};

} // namespace drf_messages::messages
