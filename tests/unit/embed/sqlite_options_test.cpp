// SPDX-License-Identifier: MIT
#include "embed/databases/sqlite_options.hpp"
#include "sql/sql_timestamp.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::embed {
namespace {

using namespace std::chrono_literals;

TEST(SqliteOptions, WaitAsLongAsTheyAreToldButNoLongerThanADay) {
    struct Row {
        SettingValue timeout;
        std::chrono::milliseconds expected;
    };
    const auto otherwise = sql::SqliteOptions().busy_timeout;
    for (const Row& row : {
             Row{{std::int64_t{20}}, 20s},
             Row{{0.25}, 250ms},
             Row{{std::int64_t{-1}}, 0s},
             Row{{1e30}, 24h},
             Row{{std::numeric_limits<double>::quiet_NaN()}, 0s},
             Row{{std::monostate()}, otherwise},
             Row{{std::string("20")}, otherwise},
         }) {
        Settings settings;
        settings.database.options = {{"timeout", row.timeout}};
        EXPECT_EQ(sqlite_options(settings, {}).busy_timeout, row.expected);
    }
    EXPECT_EQ(sqlite_options(Settings(), {}).busy_timeout, otherwise);
}

TEST(SqliteOptions, HaveACommandForEachNewConnection) {
    Settings settings;
    settings.database.options = {{"init_command", {std::string("PRAGMA foreign_keys=ON")}}};
    EXPECT_EQ(sqlite_options(settings, {}).init_command, "PRAGMA foreign_keys=ON");
}

TEST(SqliteOptions, ShareCommitsForAsLongAsTheyAreTold) {
    Settings settings;
    EXPECT_EQ(sqlite_options(settings, {}).longest_shared_commit, 2ms);
    for (const auto& [given, expected] : {
             std::pair(SettingValue{std::int64_t{0}}, 0ms),
             std::pair(SettingValue{0.005}, 5ms),
             std::pair(SettingValue{std::int64_t{1}}, 1000ms),
         }) {
        settings.database.options = {{"shared_commit", given}};
        EXPECT_EQ(sqlite_options(settings, {}).longest_shared_commit, expected);
    }
    for (const SettingValue& given : {
             SettingValue{-0.001},
             SettingValue{std::int64_t{2}},
             SettingValue{std::numeric_limits<double>::quiet_NaN()},
             SettingValue{std::string("0.005")},
             SettingValue{true},
         }) {
        settings.database.options = {{"shared_commit", given}};
        EXPECT_THROW(sqlite_options(settings, {}), std::invalid_argument);
    }
}

TEST(SqliteOptions, HaveTheClockByWhichDjangoWritesTimes) {
    const Timestamp noon = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + 12h;
    const auto column = [&](const Settings& settings) {
        return sql::reading_at(noon, sqlite_options(settings, {}).clock.get()) - noon;
    };
    Settings settings;
    settings.time_zone = "America/New_York";
    EXPECT_EQ(column(settings), 0h);
    settings.database.time_zone = "Asia/Kolkata";
    EXPECT_EQ(column(settings), 5h + 30min);
    settings.database.time_zone = "GMT";
    EXPECT_EQ(sqlite_options(settings, {}).clock, nullptr);
    settings.database.time_zone.clear();
    settings.use_tz = false;
    EXPECT_EQ(column(settings), -4h);
    settings.database.time_zone = "Asia/Kolkata";
    EXPECT_THROW(sqlite_options(settings, {}), std::invalid_argument);
}

} // namespace
} // namespace drf_messages::embed
