// SPDX-License-Identifier: MIT
#include "accounts/session_lookup.hpp"

#include "accounts/database_session_engine.hpp"
#include "accounts/file_session_engine.hpp"
#include "accounts/session_expiry.hpp"
#include "accounts/session_file.hpp"
#include "django/cache_value.hpp"
#include "django/session_codec.hpp"
#include "django/signed_session.hpp"
#include "django/signing.hpp"
#include "store/session_store.hpp"

#ifdef DRF_MESSAGES_HAS_REDIS
#include "cache/redis_client.hpp"
#endif

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::accounts {
namespace {

constexpr std::string_view backends = "django.contrib.sessions.backends.";
constexpr std::string_view cache_prefix = "django.contrib.sessions.cache";
constexpr std::string_view cached_db_prefix = "django.contrib.sessions.cached_db";
constexpr std::chrono::seconds noticeable_skew{60};
constexpr std::chrono::seconds any_age = std::chrono::hours(24 * 365 * 1000);

using Dictionary = std::optional<boost::json::object>;

std::string words(std::chrono::seconds time) {
    const auto count = time.count();
    const auto some = [](std::int64_t number, std::string_view unit) {
        return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
    };
    if (count < 120) {
        return some(count, "second");
    }
    if (count < 2 * 3600) {
        return some(count / 60, "minute");
    }
    return count < 2 * 86400 ? some(count / 3600, "hour") : some(count / 86400, "day");
}

std::string key_name(std::size_t index) {
    return index == 0 ? "SECRET_KEY" : fmt::format("SECRET_KEY_FALLBACKS[{}]", index - 1);
}

bool looks_signed(std::string_view key) {
    return std::count(key.begin(), key.end(), ':') >= 2;
}

class Lookup {
public:
    Lookup(const InspectedSite& site, const std::string& key, InspectionSteps& steps)
        : site_(site), settings_(site.settings), key_(key), steps_(steps), now_(site.clock()),
          keys_(secret_keys(site.settings)),
          serializer_(django::session_serializer(site.settings.session_serializer)) {}

    Dictionary run() {
        std::string_view engine = settings_.session_engine;
        if (engine.starts_with(backends)) {
            engine.remove_prefix(backends.size());
        }
        if (engine == "signed_cookies") {
            return from_cookie();
        }
        if (!is_plain_session_key(key_)) {
            return refuse_key();
        }
        if (engine == "db") {
            return from_table();
        }
        if (engine == "file") {
            return from_file();
        }
        if (engine == "cache") {
            return from_cache(cache_prefix, cached_db_prefix);
        }
        if (engine == "cached_db") {
            return from_cache_or_table();
        }
        return from_redis();
    }

private:
    Dictionary stop(std::string text) {
        steps_.stop(std::move(text));
        return std::nullopt;
    }

    Dictionary refuse_key() {
        if (looks_signed(key_)) {
            return stop("the key is a signed cookie: SESSION_ENGINE is signed_cookies where it was "
                        "made, and another one here");
        }
        return stop("a session key is made of at most 40 letters a-z and digits, and this one is "
                    "not: it is no session cookie of Django's, or not the whole of it");
    }

    // ---- what was signed

    std::string not_signed() const {
        const std::size_t fallbacks = keys_.size() - 1;
        return fmt::format(
            "it was not signed with SECRET_KEY{}: SECRET_KEY is another one where it was made",
            fallbacks == 0 ? std::string(" (there are no SECRET_KEY_FALLBACKS)")
                           : fmt::format(" or one of the {} SECRET_KEY_FALLBACKS", fallbacks)
        );
    }

    void note_skew(std::string_view text, std::string_view salt, const std::string& secret) {
        if (django::unsign_recent(text, salt, secret, -noticeable_skew, now_)) {
            steps_.note(fmt::format(
                "it was signed in the future: the clocks of the two machines differ; this one says "
                "{:%Y-%m-%d %H:%M:%S} UTC",
                fmt::gmtime(std::chrono::system_clock::to_time_t(
                    std::chrono::time_point_cast<std::chrono::system_clock::duration>(now_)
                ))
            ));
        }
    }

    Dictionary from_signed_text(std::string_view text) {
        for (std::size_t index = 0; index < keys_.size(); ++index) {
            const std::string& secret = keys_[index];
            const std::string_view salt = django::session_store_salt;
            const bool current = django::unsign_timestamped(text, salt, secret).has_value();
            Dictionary session = django::decode_session(text, secret, salt, serializer_);
            if (!current && !session) {
                continue;
            }
            steps_.found(fmt::format(
                "signed with {}{}",
                key_name(index),
                current ? "" : ", in the form of Django before 3.1"
            ));
            if (!session) {
                return unreadable(text, secret);
            }
            note_skew(text, salt, secret);
            return session;
        }
        return stop(not_signed());
    }

    Dictionary unreadable(std::string_view text, const std::string& secret) {
        const bool json = serializer_ == django::SessionSerializer::json;
        const auto other =
            json ? django::SessionSerializer::pickle : django::SessionSerializer::json;
        if (django::decode_session(text, secret, django::session_store_salt, other)) {
            return stop(fmt::format(
                "its content is {}: SESSION_SERIALIZER is another one where it was made",
                json ? "pickled, not JSON" : "JSON, not pickled"
            ));
        }
        return stop("its content cannot be read: SESSION_SERIALIZER is another one where it was "
                    "made, or the content is more than plain data, or too large");
    }

    Dictionary from_cookie() {
        if (!looks_signed(key_)) {
            return stop("the key is no signed cookie: SESSION_ENGINE is another one than "
                        "signed_cookies where it was made, or this is not the whole cookie");
        }
        for (std::size_t index = 0; index < keys_.size(); ++index) {
            const std::string& secret = keys_[index];
            if (!django::unsign_timestamped(key_, django::signed_cookies_salt, secret)) {
                continue;
            }
            steps_.found(fmt::format("signed with {}", key_name(index)));
            const std::span<const std::string> one(&secret, 1);
            Dictionary session = django::load_signed_session(key_, one, any_age, now_, serializer_);
            if (!session) {
                return stop("its content cannot be read: SESSION_SERIALIZER is another one where "
                            "it was made");
            }
            note_skew(key_, django::signed_cookies_salt, secret);
            if (!django::load_signed_session(
                    key_, one, settings_.session_cookie_age, now_, serializer_
                )) {
                return stop(fmt::format(
                    "it has expired: it was signed longer ago than SESSION_COOKIE_AGE, {}",
                    words(settings_.session_cookie_age)
                ));
            }
            return session;
        }
        return stop(not_signed());
    }

    // ---- where it is kept

    /// Says whether the session has ended.
    bool ended(std::chrono::seconds left) {
        if (left.count() <= 0) {
            steps_.stop(fmt::format("it expired {} ago", words(-left)));
            return true;
        }
        steps_.found(fmt::format("it ends in {}", words(left)));
        if (left > settings_.session_cookie_age + noticeable_skew) {
            steps_.note("that is more than SESSION_COOKIE_AGE: the setting is another one where it "
                        "was made, or the session asks for it, or the clocks differ");
        }
        return false;
    }

    std::optional<store::StoredSession> row() {
        return store::select_stored_session(site_.connection(), key_, Timestamp{});
    }

    Dictionary from_table() {
        const auto stored = row();
        if (!stored) {
            return stop(fmt::format(
                "the table django_session has no such session: whoever had it has logged out or it "
                "was cleared, or it is a session of another database than {} or of another "
                "SESSION_ENGINE",
                settings_.database.name
            ));
        }
        steps_.found("the table django_session has it");
        if (ended(seconds_until(stored->expire_date, now_))) {
            return std::nullopt;
        }
        return from_signed_text(stored->session_data);
    }

    /// What keeps it really, where SESSION_ENGINE does not.
    void note_where_else() {
        if (settings_.session_engine != "django.contrib.sessions.backends.cached_db" && row()) {
            steps_.note("the table django_session has it: SESSION_ENGINE is db or cached_db where "
                        "it was made");
        }
    }

    Dictionary from_file() {
        const std::filesystem::path folder = session_folder(settings_);
        std::error_code error;
        if (!std::filesystem::is_directory(folder, error)) {
            return stop(fmt::format("SESSION_FILE_PATH: there is no folder {}", folder.string()));
        }
        std::optional<SessionFile> file;
        try {
            file = read_session_file((folder / (settings_.session_cookie_name + key_)).string());
        } catch (const SessionStoreError& unreadable) {
            return stop(unreadable.what());
        }
        if (!file) {
            note_other_file_names(folder);
            note_where_else();
            return stop(fmt::format(
                "the folder {} has no such session: whoever had it has logged out, or "
                "SESSION_FILE_PATH or SESSION_COOKIE_NAME is another one where it was made",
                folder.string()
            ));
        }
        steps_.found(fmt::format("the folder {} has it", folder.string()));
        Dictionary session = from_signed_text(file->content);
        if (!session) {
            return std::nullopt;
        }
        auto left = seconds_until(file->modified + settings_.session_cookie_age, now_);
        const AskedExpiry asked = asked_expiry(*session, settings_);
        if (const auto* moment = std::get_if<Timestamp>(&asked)) {
            left = seconds_until(*moment, now_);
        } else if (const auto* age = std::get_if<std::chrono::seconds>(&asked);
                   age != nullptr && age->count() != 0) {
            left = *age;
        }
        return ended(left) ? std::nullopt : std::move(session);
    }

    void note_other_file_names(const std::filesystem::path& folder) {
        std::error_code error;
        for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            if (entry->path().filename().string().ends_with(key_)) {
                steps_.note(fmt::format(
                    "a file of the folder ends with this key, but does not begin with \"{}\": "
                    "SESSION_COOKIE_NAME is another one where it was made",
                    settings_.session_cookie_name
                ));
                return;
            }
        }
    }

    const CacheSettings& cache_settings() const {
        static const CacheSettings none;
        const auto found = settings_.caches.find(settings_.session_cache_alias);
        return found == settings_.caches.end() ? none : found->second;
    }

    /// The entry of the cache; absent when there is none, or after a stop.
    std::optional<cache::Entry> entry(std::string_view prefix, bool& stopped) {
        try {
            return site_.cache->get(fmt::format("{}{}", prefix, key_));
        } catch (const cache::Error& error) {
            stopped = true;
            steps_.stop(fmt::format(
                "CACHES.{}: {}; requests are answered with 503",
                settings_.session_cache_alias,
                error.what()
            ));
            return std::nullopt;
        }
    }

    std::string cache_words() const {
        return fmt::format(
            "CACHES.{} (KEY_PREFIX \"{}\", VERSION {})",
            settings_.session_cache_alias,
            cache_settings().key_prefix,
            cache_settings().version
        );
    }

    Dictionary decoded(const cache::Entry& found) {
        const django::CacheValueCodec codec(cache_settings());
        std::optional<boost::json::value> value = codec.decode(found.bytes, found.flags);
        if (value && value->is_object()) {
            return std::move(value->get_object());
        }
        return std::nullopt;
    }

    std::string not_decoded(const cache::Entry& found) const {
        return fmt::format(
            "{} has {} bytes for it, which are no session as its BACKEND writes them: BACKEND, or "
            "SERIALIZER or COMPRESSOR of its OPTIONS, is another one where it was made, or the "
            "session holds more than plain data",
            cache_words(),
            found.bytes.size()
        );
    }

    void note_own_memory() {
        const std::string& backend = cache_settings().backend;
        if (backend.ends_with(".LocMemCache") || backend.ends_with(".DummyCache")) {
            steps_.note(fmt::format(
                "CACHES.{} is no server: what another process puts into it is never seen here",
                settings_.session_cache_alias
            ));
        }
    }

    Dictionary from_cache(std::string_view prefix, std::string_view other_prefix) {
        note_own_memory();
        bool stopped = false;
        const auto found = entry(prefix, stopped);
        if (stopped) {
            return std::nullopt;
        }
        if (!found) {
            if (entry(other_prefix, stopped)) {
                steps_.note("the cache has it as a session of cached_db: that is SESSION_ENGINE "
                            "where it was made");
            } else {
                note_where_else();
            }
            return stop(fmt::format(
                "{} has no such session: it has expired or whoever had it has logged out, or "
                "LOCATION, its database, KEY_PREFIX or VERSION is another one where it was made",
                cache_words()
            ));
        }
        steps_.found(fmt::format("{} has it", cache_words()));
        Dictionary session = decoded(*found);
        return session ? std::move(session) : stop(not_decoded(*found));
    }

    Dictionary from_cache_or_table() {
        note_own_memory();
        bool stopped = false;
        const auto found = entry(cached_db_prefix, stopped);
        if (stopped) {
            return std::nullopt;
        }
        if (found) {
            if (Dictionary session = decoded(*found)) {
                steps_.found(fmt::format("{} has it", cache_words()));
                return session;
            }
            steps_.note(not_decoded(*found));
        } else {
            steps_.found(fmt::format("{} does not have it; next is the table", cache_words()));
            if (entry(cache_prefix, stopped)) {
                steps_.note("the cache has it as a session of cache: that is SESSION_ENGINE where "
                            "it was made");
            }
        }
        Dictionary session = stopped ? std::nullopt : from_table();
        if (session && !found) {
            steps_.note(
                "only the table has it, though Django fills the cache at every login: where "
                "CACHES (LOCATION, KEY_PREFIX, VERSION) is another one there, whoever logs "
                "out there stays known here"
            );
        }
        return session;
    }

    Dictionary from_redis() {
#ifdef DRF_MESSAGES_HAS_REDIS
        const auto setting = settings_.session_redis.find("prefix");
        const auto* prefix = setting == settings_.session_redis.end()
                                 ? nullptr
                                 : std::get_if<std::string>(&setting->second.value);
        const std::string before = prefix == nullptr || prefix->empty() ? "" : *prefix + ":";
        std::optional<std::string> found;
        try {
            cache::RedisClient redis(cache::session_redis_options(settings_.session_redis));
            found = redis.get(before + key_);
        } catch (const cache::Error& error) {
            return stop(
                fmt::format("SESSION_REDIS: {}; requests are answered with 503", error.what())
            );
        }
        if (!found) {
            note_where_else();
            return stop(fmt::format(
                "SESSION_REDIS (prefix \"{}\") has no such session: it has expired or whoever had "
                "it has logged out, or the server, db or prefix is another one where it was made",
                before
            ));
        }
        steps_.found("SESSION_REDIS has it");
        return from_signed_text(*found);
#else
        return stop("this build has no Redis");
#endif
    }

    const InspectedSite& site_;
    const Settings& settings_;
    const std::string& key_;
    InspectionSteps& steps_;
    Timestamp now_;
    std::vector<std::string> keys_;
    django::SessionSerializer serializer_;
};

} // namespace

std::optional<boost::json::object>
look_up_session(const InspectedSite& site, const std::string& key, InspectionSteps& steps) {
    return Lookup(site, key, steps).run();
}

} // namespace drf_messages::accounts
