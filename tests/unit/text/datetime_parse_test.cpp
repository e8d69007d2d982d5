// SPDX-License-Identifier: MIT
#include "support/table_file.hpp"
#include "text/datetime.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::Timestamp;
using namespace drf_messages::text;
namespace test = drf_messages::test;

struct Vector {
    std::string_view text;
    std::optional<std::string_view> local;
    std::optional<int> offset;
};

// Django 3.2: django.utils.dateparse.parse_datetime(text); the wall clock as str() writes it, the
// offset in seconds.
const std::vector<Vector> vectors = {
    {"2024-01-02T03:04:05Z", "2024-01-02 03:04:05", 0},
    {"2024-1-2 3:4", "2024-01-02 03:04:00", {}},
    {"2024-01-02 03:04:05.1", "2024-01-02 03:04:05.100000", {}},
    {"2024-01-02 03:04:05,123456789012", "2024-01-02 03:04:05.123456", {}},
    {"2024-01-02 03:04:05.1234567890123", {}, {}},
    {"2024-01-02T03:04+02", "2024-01-02 03:04:00", 7200},
    {"2024-01-02T03:04-0230", "2024-01-02 03:04:00", -9000},
    {"2024-01-02T03:04+02:30", "2024-01-02 03:04:00", 9000},
    {"2024-01-02T03:04-00:30", "2024-01-02 03:04:00", -1800},
    {"2024-01-02T03:04+023", {}, {}},
    {"2024-01-02T03:04+02:", {}, {}},
    {"2024-01-02T03:04+23:59", "2024-01-02 03:04:00", 86340},
    {"2024-01-02T03:04+22:99", "2024-01-02 03:04:00", 85140},
    {"2024-01-02T03:04+23:60", {}, {}},
    {"2024-01-02T03:04-24:00", {}, {}},
    {"2024-01-02T03:04\n", "2024-01-02 03:04:00", {}},
    {"2024-01-02T03:04:05.5Z\n", "2024-01-02 03:04:05.500000", 0},
    {"2024-01-02T03:04\n\n", {}, {}},
    {" 2024-01-02T03:04", {}, {}},
    {"2024-01-02T03:04:05 +02:00", {}, {}},
    {"2024-01-02", {}, {}},
    {"2024-02-29T00:00", "2024-02-29 00:00:00", {}},
    {"2024-02-30T00:00", {}, {}},
    {"2023-02-29T00:00", {}, {}},
    {"0000-01-01T00:00", {}, {}},
    {"0001-01-01T00:00", "0001-01-01 00:00:00", {}},
    {"9999-12-31T23:59:59.999999", "9999-12-31 23:59:59.999999", {}},
    {"12024-01-02T03:04", {}, {}},
    {"2024-01-02T24:00", {}, {}},
    {"2024-01-02T23:60", {}, {}},
    {"2024-01-02T23:59:60", {}, {}},
    {"2024-01-02t23:59", {}, {}},
    {"2024-01-02T03:04z", {}, {}},
    {"2024-01-02T03:04:", {}, {}},
    {"2024-01-02T03:04:05.", {}, {}},
    {"2024-01-02T03:04Z5", {}, {}},
    {"٢٠٢٤-٠١-٠٢T٠٣:٠٤+٠٢:٣٠", "2024-01-02 03:04:00", 9000},
    {"２０２４-01-02T03:04", "2024-01-02 03:04:00", {}},
    {"²024-01-02T03:04", {}, {}},
    {"\xFF\xFE", {}, {}},
    {"", {}, {}},
};

} // namespace

TEST(DateTimeText, IsReadAsDjangoReadsIt) {
    for (const auto& vector : vectors) {
        SCOPED_TRACE(vector.text);
        const auto parsed = parse_iso_datetime(vector.text);
        ASSERT_EQ(parsed.has_value(), vector.local.has_value());
        if (!parsed)
            continue;
        const auto local = format_python_utc(Timestamp{parsed->local.time_since_epoch()});
        EXPECT_EQ(local, std::string(*vector.local) + "+00:00");
        ASSERT_EQ(parsed->utc_offset.has_value(), vector.offset.has_value());
        if (vector.offset) {
            EXPECT_EQ(parsed->utc_offset, std::chrono::seconds(*vector.offset));
        }
    }
}

namespace {

/// As make_datetimes.py writes what Python answers.
std::string answer(std::string_view text, IsoForms forms) {
    const auto parsed = parse_iso_datetime(text, forms);
    if (!parsed) {
        return "-";
    }
    std::string shown = format_python_utc(Timestamp{parsed->local.time_since_epoch()});
    shown.resize(shown.size() - std::string_view("+00:00").size());
    return parsed->utc_offset ? fmt::format("{} {:+}", shown, parsed->utc_offset->count()) : shown;
}

} // namespace

TEST(DateTimeText, IsReadAsEachPythonReadsIt) {
    constexpr std::array forms{IsoForms::django_3_2, IsoForms::python_3_8, IsoForms::python_3_11};
    const auto rows = test::rows_of("datetimes.tsv");
    EXPECT_EQ(rows.size(), 2970U);
    for (const auto& fields : rows) {
        ASSERT_EQ(fields.size(), 1 + forms.size()) << fields[0];
        for (std::size_t i = 0; i < forms.size(); ++i) {
            EXPECT_EQ(answer(fields[0], forms[i]), fields[i + 1]) << fields[0] << ", form " << i;
        }
    }
}
