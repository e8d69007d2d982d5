// SPDX-License-Identifier: MIT
#pragma once

#include "messages/cookie_storage.hpp"
#include "messages/session_storage.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::messages {

/// Messages in the cookie, and those for which it has no room in the session:
/// django.contrib.messages.storage.fallback.FallbackStorage.
class FallbackStorage final : public DjangoStorage {
public:
    FallbackStorage(
        DatabaseAccess& database, std::optional<std::string> cookie, SessionData& session
    )
        : DjangoStorage(database), cookie_(database, std::move(cookie)),
          session_(database, session) {}

    KeptMessages load() override;
    std::vector<DjangoMessage> store(
        std::vector<DjangoMessage> messages, http::Response* response, bool remove_oldest
    ) override;

private:
    struct Place {
        DjangoStorage* storage;
        bool in_use = false; ///< it held messages
    };

    CookieStorage cookie_;
    SessionStorage session_;
    std::array<Place, 2> places_{Place{&cookie_}, Place{&session_}};
};

} // namespace drf_messages::messages
