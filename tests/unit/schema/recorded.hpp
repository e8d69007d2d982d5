// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "support/database.hpp"
#include "support/repository.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::test {

/// The lines of a file of tests/unit/schema/data, without comments and empty ones.
inline std::vector<std::string> recorded_lines(const std::string& name) {
    std::ifstream file(repository_path("tests/unit/schema/data/" + name));
    if (!file) {
        throw std::runtime_error("no recorded file " + name);
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && !line.starts_with("--")) {
            lines.push_back(line);
        }
    }
    return lines;
}

/// Those lines of recorded_lines that begin with `table|`, without it.
inline std::vector<std::string> recorded_rows(const std::string& table) {
    std::vector<std::string> lines;
    for (const std::string& line : recorded_lines("schema_rows.txt")) {
        if (line.starts_with(table + "|")) {
            lines.push_back(line.substr(table.size() + 1));
        }
    }
    return lines;
}

inline std::vector<std::string> sorted(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// sqlite_master as the recording shows it, without the indexes of our own, sorted.
inline std::vector<std::string> master_lines(sql::Connection& connection) {
    return sorted(rows(
        connection,
        "SELECT sql || ';' FROM sqlite_master WHERE sql IS NOT NULL "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'drf\\_messages\\_server\\_%' ESCAPE '\\'",
        1
    ));
}

/// How many migrations there are where nobody wants the admin's.
inline std::size_t usual_migrations() {
    const auto& all = schema::all_migrations();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& migration) { return migration.app != "admin"; }
    ));
}

inline void migrate_all(const sql::ConnectionFactory& open, std::string_view app = {}) {
    schema::migrate(open, [] { return a_monday_morning; }, app, {});
}

} // namespace drf_messages::test
