// SPDX-License-Identifier: MIT
#include "accounts/database_session_engine.hpp"
#include "accounts/session.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace drf_messages::accounts {
namespace {

using Factory = std::unique_ptr<SessionEngine> (*)(const Settings&, Clock);

struct Engine {
    std::string_view name;
    Factory make;
};

std::unique_ptr<SessionEngine> make_database_engine(const Settings& settings, Clock clock) {
    std::vector<std::string> keys{settings.secret_key};
    keys.insert(
        keys.end(), settings.secret_key_fallbacks.begin(), settings.secret_key_fallbacks.end()
    );
    return std::make_unique<DatabaseSessionEngine>(std::move(keys), std::move(clock));
}

constexpr std::array engines{
    Engine{"django.contrib.sessions.backends.db", make_database_engine},
};

} // namespace

std::unique_ptr<SessionEngine> make_session_engine(const Settings& settings, Clock clock) {
    for (const Engine& engine : engines) {
        if (engine.name == settings.session_engine) {
            return engine.make(settings, std::move(clock));
        }
    }
    throw std::invalid_argument(fmt::format(
        "SESSION_ENGINE = \"{}\" is not available in this build; it has \"{}\"",
        settings.session_engine,
        engines.front().name
    ));
}

} // namespace drf_messages::accounts
