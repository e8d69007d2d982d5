// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"

#include <drf_messages/settings.hpp>

#include <memory>
#include <string>

namespace drf_messages::cli {

enum class OpenFor {
    reading, ///< one that nobody writes; nothing is made beside it
    writing
};

/// A SQLite file that is like the database of the settings. Throws sql::Error.
std::unique_ptr<sql::Connection>
open_other_file(Settings settings, const std::string& path, OpenFor use);

/// "3 users, 120 messages, the newest of 2026-03-01 12:00:00"
std::string content_text(const Settings& settings, sql::Connection& connection);

} // namespace drf_messages::cli
