// SPDX-License-Identifier: MIT
#include "session_vectors.hpp"

#include "config/load.hpp"
#include "support/repository.hpp"
#include "text/base64.hpp"
#include "text/datetime.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace drf_messages::accounts {
namespace {

constexpr Timestamp far_away =
    std::chrono::sys_days(std::chrono::year(2099) / 1 / 1) + std::chrono::hours(0);

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
    for (std::size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
    }
}

/// A value as TOML; texts, numbers and lists are written as in JSON.
std::string toml(const boost::json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr) {
        return value.is_null() ? "\"\"" : boost::json::serialize(value);
    }
    std::string text;
    for (const auto& [name, member] : *object) {
        text += text.empty() ? "" : ", ";
        text += boost::json::serialize(boost::json::value(name)) + " = " + toml(member);
    }
    return "{" + text + "}";
}

boost::json::value load(std::string_view name) {
    std::ifstream file(test::repository_path("tests/compat/" + std::string(name)));
    return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

const boost::json::value& vector_of(std::string_view part, std::string_view name) {
    for (const boost::json::value& vector : session_vectors().at(part).as_array()) {
        if (text_of(vector, "name") == name) {
            return vector;
        }
    }
    throw std::out_of_range("no vector " + std::string(name));
}

Timestamp moment(std::string_view text) {
    return Timestamp(text::parse_iso_datetime(text)->local.time_since_epoch());
}

void set_modified(const std::filesystem::path& path, Timestamp at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    timespec times[2]{};
    times[0].tv_sec = times[1].tv_sec = seconds.time_since_epoch().count();
    if (utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) {
        throw std::runtime_error("no such file: " + path.string());
    }
}

} // namespace

const boost::json::value& session_vectors() {
    static const boost::json::value vectors = load("sessions.json");
    return vectors;
}

std::vector<ReleaseVector> release_vectors(std::string_view part) {
    static const boost::json::value formats = load("formats.json");
    std::vector<ReleaseVector> found;
    for (const boost::json::value& differing : formats.at("session_vectors").as_array()) {
        if (text_of(differing, "part") != part) {
            continue;
        }
        const std::string name = text_of(differing, "name");
        const boost::json::value* value = nullptr;
        for (const auto& release : formats.at("releases_for_session_vectors").as_array()) {
            for (const auto& one : differing.at("values").as_array()) {
                value = one.at("from") == release ? &one.at("value") : value;
            }
            if (release != "3.2.25" && *value != differing.at("values").at(0).at("value")) {
                found.push_back(
                    {std::string(release.as_string()), name, *value, vector_of(part, name)}
                );
            }
        }
    }
    return found;
}

std::string text_of(const boost::json::value& object, std::string_view name) {
    const auto& text = object.at(name).as_string();
    return {text.data(), text.size()};
}

Settings settings_of(
    const boost::json::value& vector,
    const std::string& session_folder,
    const std::string& django_version
) {
    std::string content = "DJANGO_VERSION = \"" + django_version + "\"\n";
    for (const auto& [name, value] : vector.at("settings").as_object()) {
        // How Django signs, and only in versions of it that read what we write all the same.
        if (std::string_view(name) != "DEFAULT_HASHING_ALGORITHM") {
            content += std::string(name) + " = " + toml(value) + "\n";
        }
    }
    const std::string redis = test::server_address("DRF_MESSAGES_TEST_REDIS");
    replace_all(content, "\"<REDIS_PORT>\"", redis.substr(redis.rfind(':') + 1));
    replace_all(content, "<REDIS_HOST>", redis.substr(0, redis.rfind(':')));
    replace_all(content, "<REDIS>", redis);
    replace_all(content, "<MEMCACHED>", test::server_address("DRF_MESSAGES_TEST_MEMCACHED"));
    replace_all(content, "<SESSION_FILE_PATH>", session_folder);
    const test::TempFolder folder;
    const std::string path = (folder / "settings.toml").string();
    std::ofstream(path) << content;
    return config::load(path, {}, {});
}

VectorStores::VectorStores(const boost::json::value& played, const std::string& django_version)
    : vector(played), settings(settings_of(played, folder.path().string(), django_version)),
      cache(cache::make_cache(settings.caches[settings.session_cache_alias])),
      engine(make_session_engine(settings, given.clock(), {cache.get()})) {
    empty();
}

test::RawRedis& VectorStores::redis(const boost::json::value& entry) {
    auto& connection = redis_[entry.at("db").as_int64()];
    if (!connection) {
        connection = std::make_unique<test::RawRedis>(static_cast<int>(entry.at("db").as_int64()));
    }
    return *connection;
}

void VectorStores::empty() {
    test::run(given.connection(), "DELETE FROM django_session");
    test::RawRedis(0).command({"FLUSHALL"});
    memcached_.flush_all();
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        std::filesystem::remove(entry);
    }
}

void VectorStores::fill() {
    const auto& object = vector.as_object();
    if (const auto* rows = object.if_contains("rows")) {
        for (const boost::json::value& row : rows->as_array()) {
            const auto* expires = row.as_object().if_contains("expire_date");
            given.session(
                text_of(row, "session_key"),
                text_of(row, "session_data"),
                expires == nullptr ? far_away : moment(text_of(row, "expire_date"))
            );
        }
    }
    const auto* stored = object.if_contains("stored");
    if (stored == nullptr) {
        return;
    }
    for (const boost::json::value& entry : stored->as_array()) {
        const std::string store = text_of(entry, "store");
        if (store == "table django_session") {
            given.session(text_of(entry, "session_key"), text_of(entry, "session_data"), far_away);
        } else if (store == "file") {
            const auto path = folder / text_of(entry, "name");
            std::ofstream(path, std::ios::binary) << text_of(entry, "value");
            const auto* modified = entry.as_object().if_contains("mtime");
            const bool now = modified == nullptr || *modified == "now";
            set_modified(path, now ? given.now : moment(text_of(entry, "mtime")));
        } else if (store == "redis") {
            redis(entry).command(
                {"SET",
                 text_of(entry, "key"),
                 text::base64_decode(text_of(entry, "value_base64")).value()}
            );
        } else {
            test::RawItem item;
            item.value = text::base64_decode(text_of(entry, "value_base64")).value();
            item.flags = static_cast<std::uint32_t>(entry.at("flags").as_int64());
            memcached_.set(text_of(entry, "key"), item);
        }
    }
}

std::optional<std::string> VectorStores::found(const boost::json::value& entry) {
    const std::string store = text_of(entry, "store");
    if (store == "table django_session") {
        const std::string key = text_of(entry, "session_key");
        const auto rows = test::rows(
            given.connection(),
            "SELECT session_data FROM django_session WHERE session_key = ?",
            1,
            {std::string_view(key)}
        );
        return rows.empty() ? std::nullopt : std::optional(rows.front());
    }
    if (store == "file") {
        const auto path = folder / text_of(entry, "name");
        std::ifstream file(path, std::ios::binary);
        if (!file) {
            return std::nullopt;
        }
        struct stat status {};
        if (stat(path.c_str(), &status) != 0 || (status.st_mode & 0777) != 0600) {
            return "a file that others can read";
        }
        return std::string(std::istreambuf_iterator<char>(file), {});
    }
    if (store == "redis") {
        const auto value = redis(entry).command({"GET", text_of(entry, "key")});
        return value ? std::optional(text::base64_encode(*value)) : std::nullopt;
    }
    const auto item = memcached_.get(text_of(entry, "key"));
    if (item && item->flags != static_cast<std::uint32_t>(entry.at("flags").as_int64())) {
        return "flags " + std::to_string(item->flags);
    }
    return item ? std::optional(text::base64_encode(item->value)) : std::nullopt;
}

} // namespace drf_messages::accounts
