// SPDX-License-Identifier: MIT
#pragma once

#include "messages/database_access.hpp"
#include "messages/storage.hpp"

#include <drf_messages/http.hpp>
#include <drf_messages/session_data.hpp>
#include <drf_messages/viewer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::messages {

/// Every name that MESSAGE_STORAGE may have.
const std::vector<std::string>& known_storages();
/// Whether that storage keeps messages in sessions, so that each request must have one.
bool needs_session(const std::string& message_storage);
/// Whether that storage keeps messages in our table, as drf_messages.storage.DBStorage does.
bool keeps_in_database(const std::string& message_storage);

/// What a request gives to its storage, whatever its kind.
struct StorageSources {
    Viewer viewer = {};
    std::string view_name = {};
    /// the cookie "messages", as it was sent
    std::optional<std::string> cookie = {};
    SessionData* session = nullptr; ///< lives longer than the storage
};

/// The value of a request's messages cookie.
std::optional<std::string> message_cookie(const http::Request& request);

/// The storage that MESSAGE_STORAGE names. Throws std::invalid_argument if it cannot work: because
/// of an unknown name, no session, or no SECRET_KEY to sign cookies with.
/// - database: must live longer.
std::unique_ptr<Storage> make_storage(DatabaseAccess& database, StorageSources sources);

} // namespace drf_messages::messages
