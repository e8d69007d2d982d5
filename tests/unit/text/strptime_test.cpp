// SPDX-License-Identifier: MIT
#include "support/repository.hpp"
#include "text/python_text.hpp"
#include "text/strptime.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::text {
namespace {

std::string unescaped(std::string_view field) {
    std::string text;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\') {
            text += field[i];
            continue;
        }
        const char next = field[++i];
        text += next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next;
    }
    return text;
}

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
    std::ifstream file(test::repository_path("tests/compat/strptime.tsv"));
    int lines = 0;
    for (std::string line; std::getline(file, line); ++lines) {
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        ASSERT_NE(second, std::string::npos) << line;
        EXPECT_EQ(
            reading(
                unescaped(line.substr(0, first)),
                unescaped(line.substr(first + 1, second - first - 1))
            ),
            line.substr(second + 1)
        ) << line;
    }
    EXPECT_EQ(lines, 3000);
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

} // namespace
} // namespace drf_messages::text
