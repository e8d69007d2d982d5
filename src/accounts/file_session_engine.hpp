// SPDX-License-Identifier: MIT
#pragma once

#include "accounts/session_engine.hpp"
#include "accounts/session_text.hpp"

#include <filesystem>

namespace drf_messages::accounts {

/// Sessions in files of a folder, one each, named after the cookie and the key:
/// django.contrib.sessions.backends.file.
class FileSessionEngine final : public SessionEngine {
public:
    FileSessionEngine(const Settings& settings, Clock clock);

    std::optional<LoadedSession>
    load(const ConnectionSource& connection, std::string_view key) override;
    std::optional<std::string> save(
        const ConnectionSource& connection,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override;
    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override;
    std::optional<std::int64_t> count_expired(const ConnectionSource& connection) override;
    std::int64_t clear_expired(
        const ConnectionSource& connection, std::int64_t batch, const Progress& progress
    ) override;

private:
    struct Stored;

    std::string path_of(std::string_view key) const;
    std::optional<Stored> read(std::string_view key) const;
    std::vector<std::string> expired_keys() const;

    Settings settings_;
    std::filesystem::path folder_;
    SessionText text_;
    Clock clock_;
};

/// SESSION_FILE_PATH, or the folder for temporary files where Python finds it.
std::filesystem::path session_folder(const Settings& settings);

} // namespace drf_messages::accounts
