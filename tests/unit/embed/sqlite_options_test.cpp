// SPDX-License-Identifier: MIT
#include "embed/databases/sqlite_options.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

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

} // namespace
} // namespace drf_messages::embed
