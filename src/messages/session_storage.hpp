// SPDX-License-Identifier: MIT
#pragma once

#include "messages/django_storage.hpp"

#include <drf_messages/session_data.hpp>

#include <string_view>
#include <vector>

namespace drf_messages::messages {

/// Messages in the visitor's session: django.contrib.messages.storage.session.SessionStorage. Where
/// the session cannot be written, those that are in it can be read and stay, and store() returns
/// the others.
class SessionStorage final : public DjangoStorage {
public:
    static constexpr std::string_view name = "_messages";

    /// - session: must live longer.
    SessionStorage(DatabaseAccess& database, SessionData& session)
        : DjangoStorage(database), session_(session) {}

    /// Anything but a list of messages counts as none.
    KeptMessages load() override;
    std::vector<DjangoMessage> store(
        std::vector<DjangoMessage> messages, http::Response* response, bool remove_oldest
    ) override;

private:
    SessionData& session_;
};

} // namespace drf_messages::messages
