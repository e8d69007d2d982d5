// SPDX-License-Identifier: MIT
// Plays what tests/compat/make_messages.py recorded: the calls of some requests to the storages of
// Django 3.2, what they answered, and what was left in cookie and session, byte for byte.
#include "memory_session.hpp"
#include "messages/make_storage.hpp"
#include "support/connection_access.hpp"
#include "support/database.hpp"
#include "support/repository.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace drf_messages {
namespace {

namespace json = boost::json;
using messages::Reading;
using messages::StorageSources;

const json::value& recorded() {
    static const json::value value = [] {
        std::ifstream file(test::repository_path("tests/compat/messages.json"));
        return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    return value;
}

std::string string_of(const json::value& value) {
    return std::string(std::string_view(value.as_string()));
}

json::value shown(const DjangoMessage& message) {
    return {
        {"level", message.level},
        {"message", message.message},
        {"extra_tags", message.extra_tags},
        {"is_safe", message.is_safe}};
}

json::array shown(const std::vector<DjangoMessage>& messages) {
    json::array list;
    for (const DjangoMessage& message : messages) {
        list.push_back(shown(message));
    }
    return list;
}

Settings settings_of(const json::value& visit) {
    Settings settings;
    settings.secret_key = string_of(recorded().at("secret_key"));
    settings.message_storage = string_of(visit.at("storage"));
    for (const auto& [name, value] : visit.at("settings").as_object()) {
        if (name == "SESSION_COOKIE_DOMAIN") {
            settings.session_cookie_domain = string_of(value);
        } else if (name == "SESSION_COOKIE_SECURE") {
            settings.session_cookie_secure = value.as_bool();
        } else if (name == "SESSION_COOKIE_HTTPONLY") {
            settings.session_cookie_httponly = value.as_bool();
        } else if (name == "SESSION_COOKIE_SAMESITE") {
            settings.session_cookie_samesite = string_of(value);
        } else {
            throw std::logic_error("a setting that no visit had");
        }
    }
    return settings;
}

/// What a call answered; null where Django answers nothing.
json::value call(messages::Storage& storage, const json::object& step) {
    const std::string name = string_of(step.at("call"));
    const auto argument = [&](std::size_t index) { return step.at("args").at(index); };
    if (name == "add") {
        std::vector<std::string> tags;
        if (!argument(2).as_string().empty()) {
            tags.push_back(string_of(argument(2)));
        }
        storage.add(static_cast<Level>(argument(0).as_int64()), string_of(argument(1)), tags)
            .value();
        return nullptr;
    }
    if (name == "iterate") {
        const Reading reading = storage.read();
        storage.finish_reading(reading);
        return shown(reading.messages);
    }
    if (name == "len") {
        return static_cast<std::int64_t>(storage.size());
    }
    if (name == "contains") {
        return storage.contains(DjangoMessage{
            static_cast<Level>(argument(0).as_int64()), string_of(argument(1)), ""});
    }
    if (name == "level") {
        storage.set_level(
            argument(0).is_null() ? std::nullopt
                                  : std::optional(static_cast<Level>(argument(0).as_int64()))
        );
        return storage.level();
    }
    if (name == "used") {
        storage.used = argument(0).as_bool();
        return nullptr;
    }
    throw std::logic_error("a call that no visit had");
}

TEST(PlayedStorage, DoesWhatDjangoDidCallByCall) {
    std::size_t requests = 0;
    for (const json::value& visit : recorded().at("played").as_array()) {
        SCOPED_TRACE(string_of(visit.at("storage")));
        const Settings settings = settings_of(visit);
        test::Given given;
        const std::chrono::seconds now(recorded().at("signed_at_unix").as_int64());
        given.now = Timestamp(now);
        test::ConnectionAccess database(given.connection(), settings, given.clock());
        test::MemorySession session;
        for (const json::value& request : visit.at("requests").as_array()) {
            SCOPED_TRACE(requests++);
            StorageSources sources;
            if (request.at("cookie").is_string()) {
                sources.cookie = string_of(request.at("cookie"));
            }
            sources.session = &session;
            const auto storage = messages::make_storage(database, std::move(sources));
            for (const json::value& step : request.at("steps").as_array()) {
                SCOPED_TRACE(json::serialize(step));
                const json::object& recording = step.as_object();
                const json::value result = call(*storage, recording);
                const json::value* const expected = recording.if_contains("result");
                EXPECT_EQ(result, expected == nullptr ? json::value(nullptr) : *expected);
                EXPECT_EQ(storage->used, recording.at("used").as_bool());
            }
            http::Response response;
            EXPECT_EQ(shown(storage->update(&response)), request.at("unstored"));
            json::array cookies;
            for (const auto& [name, value] : response.headers.fields()) {
                cookies.emplace_back(value);
            }
            EXPECT_EQ(cookies, request.at("set_cookie"));
            json::object kept;
            for (const auto& [name, value] : session.values) {
                kept[name] = value;
            }
            EXPECT_EQ(kept, request.at("session"));
        }
        EXPECT_EQ(database.asked, 0);
    }
    EXPECT_GT(requests, 150U);
}

} // namespace
} // namespace drf_messages
