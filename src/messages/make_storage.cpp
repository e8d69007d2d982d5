// SPDX-License-Identifier: MIT
#include "messages/make_storage.hpp"

#include "http/cookies.hpp"
#include "messages/cookie_storage.hpp"
#include "messages/db_storage.hpp"
#include "messages/fallback_storage.hpp"
#include "messages/session_storage.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <stdexcept>
#include <string_view>
#include <utility>

namespace drf_messages::messages {
namespace {

constexpr std::string_view db_storage = "drf_messages.storage.DBStorage";
constexpr std::string_view cookie_storage = "django.contrib.messages.storage.cookie.CookieStorage";
constexpr std::string_view session_storage =
    "django.contrib.messages.storage.session.SessionStorage";
constexpr std::string_view fallback_storage =
    "django.contrib.messages.storage.fallback.FallbackStorage";

void need_secret_key(const Settings& settings) {
    if (settings.secret_key.empty()) {
        throw std::invalid_argument("MESSAGE_STORAGE: messages in cookies need SECRET_KEY");
    }
}

} // namespace

const std::vector<std::string>& known_storages() {
    static const std::vector<std::string> names = {
        std::string(db_storage),
        std::string(fallback_storage),
        std::string(cookie_storage),
        std::string(session_storage)};
    return names;
}

bool needs_session(const std::string& message_storage) {
    return message_storage == session_storage || message_storage == fallback_storage;
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
    if (name == db_storage) {
        return std::make_unique<DBStorage>(
            database, std::move(sources.viewer), std::move(sources.view_name)
        );
    }
    if (name == cookie_storage) {
        need_secret_key(database.settings());
        return std::make_unique<CookieStorage>(database, std::move(sources.cookie));
    }
    if (needs_session(name) && sources.session == nullptr) {
        throw std::invalid_argument(
            "MESSAGE_STORAGE: \"" + name + "\" needs the request's session"
        );
    }
    if (name == session_storage) {
        return std::make_unique<SessionStorage>(database, *sources.session);
    }
    if (name == fallback_storage) {
        need_secret_key(database.settings());
        return std::make_unique<FallbackStorage>(
            database, std::move(sources.cookie), *sources.session
        );
    }
    throw std::invalid_argument("MESSAGE_STORAGE: \"" + name + "\" is not available");
}

} // namespace drf_messages::messages
