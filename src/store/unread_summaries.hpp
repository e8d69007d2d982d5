// SPDX-License-Identifier: MIT
#pragma once

#include "model/message_query.hpp"
#include "sql/connection.hpp"
#include "store/message_store.hpp"

#include <drf_messages/ids.hpp>
#include <drf_messages/message.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::store {

/// Whether a viewer of that scope, which is not everybody's, sees the message.
bool is_in(const MessageScope& scope, const Message& message);

/// What summarize_unread() says, of many users at a time.
class UnreadSummaries {
public:
    /// - by_session: whether the scopes that are asked for are by session.
    /// One statement for each in_list_limit users.
    UnreadSummaries(sql::Connection& connection, const std::set<UserId>& users, bool by_session);

    UnreadSummary of(const MessageScope& scope) const;

private:
    struct Part {
        std::optional<std::string> session_key;
        std::optional<std::string> session;
        UnreadSummary summary;
    };
    std::map<UserId, std::vector<Part>> parts_;
};

} // namespace drf_messages::store
