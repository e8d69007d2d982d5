// SPDX-License-Identifier: MIT
#include "accounts/file_session_engine.hpp"

#include "accounts/session_end.hpp"
#include "accounts/session_expiry.hpp"
#include "accounts/session_file.hpp"
#include "sql/transaction.hpp"
#include "store/session_messages.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <system_error>
#include <utility>
#include <variant>

namespace drf_messages::accounts {
namespace {

/// What Django makes; other files that begin with the cookie's name may be the sessions of another
/// cookie.
constexpr std::size_t made_key_length = 32;

bool is_folder(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

} // namespace

std::filesystem::path session_folder(const Settings& settings) {
    if (settings.session_file_path && !settings.session_file_path->empty()) {
        return *settings.session_file_path;
    }
    for (const char* name : {"TMPDIR", "TEMP", "TMP"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0' && is_folder(value)) {
            return value;
        }
    }
    return "/tmp";
}

struct FileSessionEngine::Stored {
    SessionData data;
    bool expired = false;
};

FileSessionEngine::FileSessionEngine(const Settings& settings, Clock clock)
    : settings_(settings), folder_(session_folder(settings)), text_(settings, clock),
      clock_(std::move(clock)) {}

std::string FileSessionEngine::path_of(std::string_view key) const {
    std::string name = settings_.session_cookie_name;
    name += key;
    return (folder_ / name).string();
}

// SessionStore.load and _expiry_date: the file's age counts only if the session asks for nothing,
// or for expiry with the browser.
std::optional<FileSessionEngine::Stored> FileSessionEngine::read(std::string_view key) const {
    const std::optional<SessionFile> file = read_session_file(path_of(key));
    if (!file) {
        return std::nullopt;
    }
    Stored stored;
    stored.data = text_.decode(file->content);
    const Timestamp now = clock_();
    std::chrono::seconds left = seconds_until(file->modified + settings_.session_cookie_age, now);
    const AskedExpiry asked = asked_expiry(stored.data.read(), settings_);
    if (const auto* moment = std::get_if<Timestamp>(&asked)) {
        left = seconds_until(*moment, now);
    } else if (const auto* age = std::get_if<std::chrono::seconds>(&asked);
               age != nullptr && age->count() != 0) {
        left = *age;
    }
    stored.expired = left.count() <= 0;
    return stored;
}

std::optional<LoadedSession>
FileSessionEngine::load(const ConnectionSource& connection, std::string_view key) {
    // Any other key could lead out of the folder, or to a file that is not a session.
    if (!is_plain_session_key(key)) {
        return std::nullopt;
    }
    std::optional<Stored> stored = read(key);
    if (!stored) {
        return std::nullopt;
    }
    if (stored->expired) {
        remove(connection, key, std::nullopt);
        return LoadedSession{{}, true};
    }
    return LoadedSession{std::move(stored->data)};
}

std::optional<std::string> FileSessionEngine::save(
    const ConnectionSource&,
    std::string_view key,
    const boost::json::object& data,
    const SessionExpiry&,
    bool must_create
) {
    if (!is_plain_session_key(key)) {
        return std::nullopt;
    }
    const std::string path = path_of(key);
    if (must_create && !create_session_file(path)) {
        return std::nullopt;
    }
    return replace_session_file(path, text_.encode(data)) ? std::optional<std::string>(key)
                                                          : std::nullopt;
}

void FileSessionEngine::remove(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
) {
    if (!is_plain_session_key(key)) {
        return;
    }
    // First the file: whoever has logged out must be out, whatever becomes of the messages.
    remove_session_file(path_of(key));
    end_session_in_messages(connection, key, successor);
}

std::vector<std::string> FileSessionEngine::expired_keys() const {
    std::vector<std::string> keys;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder_, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(settings_.session_cookie_name)) {
            continue;
        }
        const std::string key = name.substr(settings_.session_cookie_name.size());
        if (key.size() != made_key_length || !is_plain_session_key(key)) {
            continue;
        }
        if (const auto stored = read(key); stored && stored->expired) {
            keys.push_back(key);
        }
    }
    if (error) {
        throw SessionStoreError("SESSION_FILE_PATH: cannot list the folder: " + error.message());
    }
    return keys;
}

std::optional<std::int64_t> FileSessionEngine::count_expired(const ConnectionSource&) {
    return static_cast<std::int64_t>(expired_keys().size());
}

std::int64_t FileSessionEngine::clear_expired(
    const ConnectionSource& connection, std::int64_t batch, const Progress& progress
) {
    const std::vector<std::string> keys = expired_keys();
    sql::Connection& database = connection();
    std::span<const std::string> rest = keys;
    std::int64_t deleted = 0;
    while (!rest.empty()) {
        const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, batch));
        const auto some = rest.first(std::min(rest.size(), size));
        rest = rest.subspan(some.size());
        sql::transact(database, [&] { store::delete_messages_of_session_keys(database, some); });
        for (const std::string& key : some) {
            remove_session_file(path_of(key));
        }
        deleted += static_cast<std::int64_t>(some.size());
        progress(deleted);
    }
    return deleted;
}

} // namespace drf_messages::accounts
