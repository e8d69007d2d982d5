// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session.hpp"
#include "cache/make_cache.hpp"
#include "django/signed_session.hpp"
#include "support/database.hpp"
#include "support/foreign_session.hpp"

#include <drf_messages/settings.hpp>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace drf_messages::accounts {

/// An engine that the stories are told with.
struct EngineCase {
    std::string name; ///< letters and digits
    std::function<void(Settings&, const std::filesystem::path& folder)> set_up;
    bool keeps_sessions = true; ///< here, and not in the cookie
};

inline void PrintTo(const EngineCase& engine, std::ostream* out) {
    *out << engine.name;
}

/// What `check --session` says of a key: the steps, each after "ok ", "note " or "stop ", and in
/// the end what the session holds.
inline std::vector<std::string>
explained(SessionEngine& engine, const ConnectionSource& connection, const std::string& key) {
    InspectionSteps steps;
    const auto session = engine.explain(connection, key, steps);
    std::vector<std::string> lines;
    for (const InspectionSteps::Step& step : steps.list()) {
        const char* kinds[] = {"ok ", "note ", "stop "};
        lines.push_back(kinds[static_cast<int>(step.kind)] + step.text);
    }
    if (session) {
        lines.push_back(boost::json::serialize(*session));
    }
    return lines;
}

/// Sessions of one engine, made from settings.
class SessionEngines : public testing::TestWithParam<EngineCase> {
protected:
    SessionEngines() {
        settings.secret_key = "a-key-of-the-tests";
        GetParam().set_up(settings, folder.path());
        cache = cache::make_cache(settings.caches[settings.session_cache_alias]);
        engine = make_session_engine(settings, given.clock(), {cache.get()});
    }

    ConnectionSource connection() {
        return [this]() -> sql::Connection& { return given.connection(); };
    }

    Session session(std::optional<std::string> key) {
        return Session(
            *engine,
            settings,
            given.clock(),
            crypto::system_random_bytes,
            connection(),
            std::move(key)
        );
    }

    /// A stored session that holds one text; its key.
    std::string stored(std::string_view name, std::string_view value) {
        Session session = this->session(std::nullopt);
        session.set_text(name, value);
        session.save();
        return session.session_key().value();
    }

    std::optional<std::string> read(const std::string& key, std::string_view name) {
        Session session = this->session(key);
        const auto text = session.find_text(name);
        return text ? std::optional<std::string>(*text) : std::nullopt;
    }

    /// The module of Django's engine.
    std::string engine_name() const {
        return settings.session_engine.substr(settings.session_engine.rfind('.') + 1);
    }

    /// What the engine has stored under the key, byte for byte; for engines that keep it here or in
    /// a cache.
    std::string raw(const std::string& key) {
        const std::string name = engine_name();
        if (name == "signed_cookies") {
            return key.substr(0, key.find(':'));
        }
        if (name == "file") {
            std::ifstream file(folder / (settings.session_cookie_name + key));
            return {std::istreambuf_iterator<char>(file), {}};
        }
        std::string all;
        if (name != "db") {
            const auto entry = cache->get("django.contrib.sessions." + name + key);
            all += entry ? entry->bytes : "(absent)";
        }
        if (name != "cache") {
            for (const std::string& row : test::rows(
                     given.connection(),
                     "SELECT session_data FROM django_session WHERE session_key = ?",
                     1,
                     {std::string_view(key)}
                 )) {
                all += "|" + row;
            }
        }
        return all;
    }

    /// Stores what Django's PickleSerializer, or its pickling cache, makes of a session with a
    /// Decimal in it; its key.
    std::string stored_foreign(const boost::json::object& content) {
        const std::string key = "foreignsession000000000000000001";
        const std::string name = engine_name();
        settings.session_serializer = test::pickle_serializer;
        engine = make_session_engine(settings, given.clock(), {cache.get()});
        const std::string text =
            test::signed_foreign_session(content, settings.secret_key, given.now);
        if (name == "signed_cookies") {
            return test::signed_foreign_session(
                content, settings.secret_key, given.now, django::signed_cookies_salt
            );
        }
        if (name == "file") {
            std::ofstream(folder / (settings.session_cookie_name + key)) << text;
        }
        if (name == "cache" || name == "cached_db") {
            const auto& backend = settings.caches[settings.session_cache_alias].backend;
            const std::uint32_t pickled = backend.find("memcached") == std::string::npos ? 0 : 1;
            cache->set(
                "django.contrib.sessions." + name + key,
                {test::foreign_pickle(content), pickled},
                std::chrono::seconds(60)
            );
        }
        if (name == "db" || name == "cached_db") {
            given.session(key, text, given.now + std::chrono::seconds(60));
        }
        return key;
    }

    std::vector<std::string> messages() {
        return test::rows(
            given.connection(), "SELECT message FROM drf_messages_message ORDER BY message", 1
        );
    }

    test::Given given;
    test::TempFolder folder;
    Settings settings;
    std::unique_ptr<cache::Cache> cache;
    std::unique_ptr<SessionEngine> engine;
};

} // namespace drf_messages::accounts
