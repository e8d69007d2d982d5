// SPDX-License-Identifier: MIT
#include "text/datetime.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using drf_messages::Timestamp;
using namespace drf_messages::text;

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
            EXPECT_EQ(parsed->utc_offset->count(), *vector.offset);
        }
    }
}
