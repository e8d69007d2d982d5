// SPDX-License-Identifier: MIT
#include "support/table_file.hpp"
#include "text/python_text.hpp"
#include "text/strptime.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace drf_messages::text {
namespace {

/// "2024-01-02 03:04:05.5", and the offset in microseconds, as make_strptime.py writes them.
std::string reading(const std::string& format, const std::string& text) {
    const auto parsed = StrptimeFormat::parse(format);
    if (!parsed) {
        return "not read here";
    }
    const auto read = parsed->read(code_points(text));
    if (!read) {
        return "-";
    }
    std::string shown = format_python_utc(Timestamp(read->local.time_since_epoch()));
    shown.resize(shown.size() - std::string_view("+00:00").size());
    return read->utc_offset ? shown + ' ' + std::to_string(read->utc_offset->count()) : shown;
}

TEST(Strptime, ReadsWhatPythonReads) {
    const auto rows = test::rows_of("strptime.tsv");
    EXPECT_EQ(rows.size(), 3000U);
    for (const auto& fields : rows) {
        ASSERT_EQ(fields.size(), 3U) << fields[0];
        EXPECT_EQ(reading(fields[0], fields[1]), fields[2]) << fields[0] << " of " << fields[1];
    }
}

TEST(Strptime, LeavesWeeksAndNamesOfZonesToPython) {
    for (const auto* format :
         {"%G-W%V-%u", "%U %w %Y", "%W", "%H:%M %Z", "%d %d", "%x %Y %m", "%c %d"}) {
        EXPECT_FALSE(StrptimeFormat::parse(format)) << format;
    }
    for (const auto* format : {"", "%", "%n %n", "%% %%", "%c", "plain", "%E"}) {
        EXPECT_TRUE(StrptimeFormat::parse(format)) << format;
    }
}

TEST(Strptime, HasABoundOfItems) {
    const std::string literals(StrptimeFormat::most_items - 1, 'x');
    EXPECT_EQ(reading(literals + "%Y", literals + "2024"), "2024-01-01 00:00:00");
    EXPECT_FALSE(StrptimeFormat::parse(literals + "%Y "));
    EXPECT_FALSE(StrptimeFormat::parse(literals + "%x"));
    EXPECT_FALSE(StrptimeFormat::parse(std::string(1'000'000, '-')));
}

} // namespace
} // namespace drf_messages::text
