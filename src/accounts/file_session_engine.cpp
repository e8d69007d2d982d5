// SPDX-License-Identifier: MIT
#include "accounts/session_end.hpp"
#include "accounts/session_engines.hpp"
#include "accounts/session_expiry.hpp"
#include "accounts/session_explanation.hpp"
#include "accounts/session_file.hpp"
#include "accounts/session_text.hpp"
#include "model/site_time.hpp"
#include "sql/transaction.hpp"
#include "store/session_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>
#include <variant>

namespace drf_messages::accounts {
namespace {

/// What Django makes; other files that begin with the cookie's name may be the sessions of another
/// cookie.
constexpr std::size_t made_key_length = 32;

/// Sessions in files of a folder, one each, named after the cookie and the key:
/// django.contrib.sessions.backends.file.
class FileSessionEngine final : public SessionEngine {
public:
    FileSessionEngine(const Settings& settings, Clock clock)
        : settings_(settings), folder_(session_folder(settings)), text_(settings, clock),
          clock_(std::move(clock)) {}

    std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) override {
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

    std::optional<boost::json::object> explain(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) override {
        if (!explain_key(key, steps)) {
            return std::nullopt;
        }
        std::error_code error;
        if (!std::filesystem::is_directory(folder_, error)) {
            steps.stop(fmt::format("SESSION_FILE_PATH: there is no folder {}", folder_.string()));
            return std::nullopt;
        }
        std::optional<SessionFile> file;
        try {
            file = read_session_file(path_of(key));
        } catch (const SessionStoreError& unreadable) {
            steps.stop(unreadable.what());
            return std::nullopt;
        }
        if (!file) {
            explain_absence(connection, key, steps);
            return std::nullopt;
        }
        steps.found(fmt::format("the folder {} has it", folder_.string()));
        auto session = text_.explain(file->content, steps);
        if (!session || !explain_age(left(*session, file->modified), settings_, steps)) {
            return std::nullopt;
        }
        return session;
    }

    std::optional<std::string> save(
        const ConnectionSource&,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry&,
        bool must_create
    ) override {
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

    std::optional<std::string>
    touch(const ConnectionSource&, std::string_view key, const SessionExpiry&) override {
        // Its age is that of the file.
        return is_plain_session_key(key) && touch_session_file(path_of(key))
                   ? std::optional<std::string>(key)
                   : std::nullopt;
    }

    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override {
        if (!is_plain_session_key(key)) {
            return;
        }
        // First the file: whoever has logged out must be out, whatever becomes of the messages.
        remove_session_file(path_of(key));
        end_session_in_messages(connection, key, successor);
    }

    std::optional<std::int64_t> count_expired(const ConnectionSource&) override {
        return static_cast<std::int64_t>(expired_keys().size());
    }

    std::int64_t clear_expired(
        const ConnectionSource& connection, std::int64_t batch, const Progress& progress
    ) override {
        const std::vector<std::string> keys = expired_keys();
        sql::Connection& database = connection();
        std::span<const std::string> rest = keys;
        std::int64_t deleted = 0;
        while (!rest.empty()) {
            const auto size = static_cast<std::size_t>(std::max<std::int64_t>(1, batch));
            const auto some = rest.first(std::min(rest.size(), size));
            rest = rest.subspan(some.size());
            sql::transact(database, [&] {
                store::delete_messages_of_session_keys(database, some);
            });
            for (const std::string& key : some) {
                remove_session_file(path_of(key));
            }
            deleted += static_cast<std::int64_t>(some.size());
            progress(deleted);
        }
        return deleted;
    }

private:
    struct Stored {
        SessionContent data;
        bool expired = false;
    };

    std::string path_of(std::string_view key) const {
        std::string name = settings_.session_cookie_name;
        name += key;
        return (folder_ / name).string();
    }

    // SessionStore.load and _expiry_date: the file's age counts only if the session asks for
    // nothing, or for expiry with the browser.
    std::chrono::seconds left(const boost::json::object& session, Timestamp modified) const {
        const Timestamp now = clock_();
        const AskedExpiry asked = asked_expiry(session, settings_);
        if (const auto* moment = std::get_if<Timestamp>(&asked)) {
            return seconds_until(*moment, now);
        }
        if (const auto* age = std::get_if<std::chrono::seconds>(&asked);
            age != nullptr && age->count() != 0) {
            return *age;
        }
        if (std::holds_alternative<NotReadHere>(asked)) {
            return settings_.session_cookie_age;
        }
        return seconds_until(later(modified, settings_.session_cookie_age, settings_), now);
    }

    std::optional<Stored> read(std::string_view key) const {
        const std::optional<SessionFile> file = read_session_file(path_of(key));
        if (!file) {
            return std::nullopt;
        }
        Stored stored;
        stored.data = text_.decode(file->content);
        stored.expired = left(stored.data.read(), file->modified).count() <= 0;
        return stored;
    }

    void explain_absence(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) const {
        std::error_code error;
        std::filesystem::directory_iterator entry(folder_, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            if (entry->path().filename().string().ends_with(key)) {
                steps.note(fmt::format(
                    "a file of the folder ends with this key, but does not begin with \"{}\": "
                    "SESSION_COOKIE_NAME is another one where it was made",
                    settings_.session_cookie_name
                ));
                break;
            }
        }
        note_table(connection, key, steps);
        steps.stop(fmt::format(
            "the folder {} has no such session: whoever had it has logged out, or "
            "SESSION_FILE_PATH or SESSION_COOKIE_NAME is another one where it was made",
            folder_.string()
        ));
    }

    std::vector<std::string> expired_keys() const {
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
            throw SessionStoreError(
                "SESSION_FILE_PATH: cannot list the folder: " + error.message()
            );
        }
        return keys;
    }

    Settings settings_;
    std::filesystem::path folder_;
    SessionText text_;
    Clock clock_;
};

} // namespace

std::unique_ptr<SessionEngine>
make_file_session_engine(const Settings& settings, Clock clock, const SessionCaches&) {
    return std::make_unique<FileSessionEngine>(settings, std::move(clock));
}

} // namespace drf_messages::accounts
