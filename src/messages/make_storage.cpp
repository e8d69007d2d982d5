// SPDX-License-Identifier: MIT
#include "messages/make_storage.hpp"

#include "base/names_of.hpp"
#include "http/cookies.hpp"
#include "messages/cookie_storage.hpp"
#include "messages/db_storage.hpp"
#include "messages/fallback_storage.hpp"
#include "messages/session_storage.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace drf_messages::messages {
namespace {

void need_secret_key(const Settings& settings) {
    if (settings.secret_key.empty()) {
        throw std::invalid_argument("MESSAGE_STORAGE: messages in cookies need SECRET_KEY");
    }
}

std::unique_ptr<Storage> make_db_storage(DatabaseAccess& database, StorageSources& sources) {
    return std::make_unique<DBStorage>(
        database, std::move(sources.viewer), std::move(sources.view_name)
    );
}

std::unique_ptr<Storage> make_fallback_storage(DatabaseAccess& database, StorageSources& sources) {
    need_secret_key(database.settings());
    return std::make_unique<FallbackStorage>(database, std::move(sources.cookie), *sources.session);
}

std::unique_ptr<Storage> make_cookie_storage(DatabaseAccess& database, StorageSources& sources) {
    need_secret_key(database.settings());
    return std::make_unique<CookieStorage>(database, std::move(sources.cookie));
}

std::unique_ptr<Storage> make_session_storage(DatabaseAccess& database, StorageSources& sources) {
    return std::make_unique<SessionStorage>(database, *sources.session);
}

/// Where a storage keeps its messages.
struct Place {
    bool database = false;
    bool session = false;
};

struct Row {
    std::string_view name;
    Place keeps_in;
    std::unique_ptr<Storage> (*make)(DatabaseAccess& database, StorageSources& sources);
};

constexpr std::array rows{
    Row{"drf_messages.storage.DBStorage", {.database = true}, make_db_storage},
    Row{"django.contrib.messages.storage.fallback.FallbackStorage",
        {.session = true},
        make_fallback_storage},
    Row{"django.contrib.messages.storage.cookie.CookieStorage", {}, make_cookie_storage},
    Row{"django.contrib.messages.storage.session.SessionStorage",
        {.session = true},
        make_session_storage},
};

const Row* find_row(std::string_view name) {
    const auto* row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) {
        return known.name == name;
    });
    return row == rows.end() ? nullptr : row;
}

} // namespace

const std::vector<std::string>& known_storages() {
    static const std::vector<std::string> names = names_of(rows);
    return names;
}

bool needs_session(const std::string& message_storage) {
    const Row* row = find_row(message_storage);
    return row != nullptr && row->keeps_in.session;
}

bool keeps_in_database(const std::string& message_storage) {
    const Row* row = find_row(message_storage);
    return row != nullptr && row->keeps_in.database;
}

std::optional<std::string> message_cookie(const http::Request& request) {
    std::optional<std::string> cookie;
    for (const auto& [name, value] : request.headers.fields()) {
        if (text::lowered(name) != "cookie") {
            continue;
        }
        auto cookies = http::parse_cookies(text::utf8_or_replacement(value));
        if (const auto found = cookies.find(std::string(CookieStorage::cookie_name));
            found != cookies.end()) {
            cookie = std::move(found->second);
        }
    }
    return cookie;
}

std::unique_ptr<Storage> make_storage(DatabaseAccess& database, StorageSources sources) {
    const std::string& name = database.settings().message_storage;
    const Row* row = find_row(name);
    if (row == nullptr) {
        throw std::invalid_argument("MESSAGE_STORAGE: \"" + name + "\" is not available");
    }
    if (row->keeps_in.session && sources.session == nullptr) {
        throw std::invalid_argument(
            "MESSAGE_STORAGE: \"" + name + "\" needs the request's session"
        );
    }
    return row->make(database, sources);
}

} // namespace drf_messages::messages
