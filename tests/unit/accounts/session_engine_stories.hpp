// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session.hpp"
#include "cache/make_cache.hpp"
#include "support/database.hpp"

#include <drf_messages/settings.hpp>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
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
