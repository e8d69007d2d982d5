// SPDX-License-Identifier: MIT
#include "accounts/session_engine.hpp"

#include "accounts/database_session_engine.hpp"
#include "accounts/signed_cookies_session_engine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace drf_messages::accounts {
namespace {

using Factory = std::unique_ptr<SessionEngine> (*)(const Settings&, Clock, const SessionCaches&);

struct Engine {
    std::string_view name;
    Factory make;
};

template<class Made>
std::unique_ptr<SessionEngine>
make_engine(const Settings& settings, Clock clock, const SessionCaches&) {
    return std::make_unique<Made>(settings, std::move(clock));
}

constexpr std::array engines{
    Engine{"django.contrib.sessions.backends.db", make_engine<DatabaseSessionEngine>},
    Engine{
        "django.contrib.sessions.backends.signed_cookies", make_engine<SignedCookiesSessionEngine>},
};

const Engine* find_engine(std::string_view name) {
    const auto* found = std::find_if(engines.begin(), engines.end(), [&](const Engine& engine) {
        return engine.name == name;
    });
    return found == engines.end() ? nullptr : found;
}

std::string not_available(const Settings& settings) {
    return fmt::format(
        "SESSION_ENGINE = \"{}\" is not available in this build; it has \"{}\"",
        settings.session_engine,
        fmt::join(known_session_engines(), "\", \"")
    );
}

} // namespace

std::unique_ptr<SessionEngine>
make_session_engine(const Settings& settings, Clock clock, const SessionCaches& caches) {
    const Engine* engine = find_engine(settings.session_engine);
    if (engine == nullptr) {
        throw std::invalid_argument(not_available(settings));
    }
    return engine->make(settings, std::move(clock), caches);
}

const std::vector<std::string>& known_session_engines() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        list.reserve(engines.size());
        for (const Engine& engine : engines) {
            list.emplace_back(engine.name);
        }
        return list;
    }();
    return names;
}

std::vector<std::string> session_engine_problems(const Settings& settings) {
    std::vector<std::string> problems;
    if (find_engine(settings.session_engine) == nullptr) {
        problems.push_back(not_available(settings));
    }
    return problems;
}

bool is_plain_session_key(std::string_view key) noexcept {
    return std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

std::vector<std::string> secret_keys(const Settings& settings) {
    std::vector<std::string> keys{settings.secret_key};
    keys.insert(
        keys.end(), settings.secret_key_fallbacks.begin(), settings.secret_key_fallbacks.end()
    );
    return keys;
}

} // namespace drf_messages::accounts
