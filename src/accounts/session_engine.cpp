// SPDX-License-Identifier: MIT
#include "accounts/session_engine.hpp"

#include "accounts/database_session_engine.hpp"
#include "accounts/file_session_engine.hpp"
#include "accounts/signed_cookies_session_engine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace drf_messages::accounts {
namespace {

using Factory = std::unique_ptr<SessionEngine> (*)(const Settings&, Clock, const SessionCaches&);

struct Engine {
    std::string_view name;
    Factory make;
};

constexpr std::string_view file_engine = "django.contrib.sessions.backends.file";

template<class Made>
std::unique_ptr<SessionEngine>
make_engine(const Settings& settings, Clock clock, const SessionCaches&) {
    return std::make_unique<Made>(settings, std::move(clock));
}

constexpr std::array engines{
    Engine{"django.contrib.sessions.backends.db", make_engine<DatabaseSessionEngine>},
    Engine{file_engine, make_engine<FileSessionEngine>},
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

void check_folder(const Settings& settings, std::vector<std::string>& problems) {
    std::error_code ignored;
    const std::filesystem::path folder = session_folder(settings);
    if (!std::filesystem::is_directory(folder, ignored)) {
        problems.push_back(fmt::format(
            "SESSION_FILE_PATH: there is no folder \"{}\" to keep sessions in", folder.string()
        ));
    }
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
    } else if (settings.session_engine == file_engine) {
        check_folder(settings, problems);
    }
    return problems;
}

bool is_plain_session_key(std::string_view key) noexcept {
    constexpr std::size_t longest = 40;
    return !key.empty() && key.size() <= longest && std::all_of(key.begin(), key.end(), [](char c) {
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
