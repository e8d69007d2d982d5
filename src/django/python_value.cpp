// SPDX-License-Identifier: MIT
#include "django/python_value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <chrono>

namespace drf_messages::django {
namespace {

unsigned byte_at(std::string_view bytes, std::size_t place) {
    return static_cast<unsigned char>(bytes[place]);
}

unsigned year(std::string_view state) {
    return byte_at(state, 0) << 8 | byte_at(state, 1);
}

// The highest bit of the month is Python's `fold`.
unsigned month(std::string_view state) {
    return byte_at(state, 2) & 0x7FU;
}

unsigned microsecond(std::string_view state) {
    return byte_at(state, 7) << 16 | byte_at(state, 8) << 8 | byte_at(state, 9);
}

} // namespace

drf_messages::text::CivilTime civil_time(const boost::json::array& python_datetime) {
    using std::chrono::microseconds;
    using std::chrono::seconds;
    const std::string_view state = python_text(python_datetime[0].get_string());
    const std::chrono::local_days day{std::chrono::year_month_day(
        std::chrono::year(static_cast<int>(year(state))),
        std::chrono::month(month(state)),
        std::chrono::day(byte_at(state, 3))
    )};
    text::CivilTime time;
    time.local = day + std::chrono::hours(byte_at(state, 4)) +
                 std::chrono::minutes(byte_at(state, 5)) + seconds(byte_at(state, 6)) +
                 microseconds(microsecond(state));
    const auto& tzinfo = python_datetime[1];
    if (tzinfo.is_bool()) {
        time.utc_offset = seconds(0);
    } else if (!tzinfo.is_null()) {
        time.utc_offset = std::chrono::floor<seconds>(
            microseconds(tzinfo.is_array() ? tzinfo.get_array()[0].get_int64() : tzinfo.get_int64())
        );
    }
    return time;
}

std::string iso_date(std::string_view state) {
    return fmt::format("{:04}-{:02}-{:02}", year(state), month(state), byte_at(state, 3));
}

std::string iso_datetime(const boost::json::array& python_datetime) {
    const std::string_view state = python_text(python_datetime[0].get_string());
    std::string text = fmt::format(
        "{}T{:02}:{:02}:{:02}",
        iso_date(state),
        byte_at(state, 4),
        byte_at(state, 5),
        byte_at(state, 6)
    );
    if (microsecond(state) != 0) {
        text += fmt::format(".{:03}", microsecond(state) / 1'000);
    }
    const auto offset = civil_time(python_datetime).utc_offset;
    if (!offset) {
        return text;
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*offset).count();
    if (seconds == 0) {
        return text + "Z";
    }
    const auto size = seconds < 0 ? -seconds : seconds;
    text += fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', size / 3'600, size / 60 % 60);
    if (size % 60 != 0) {
        text += fmt::format(":{:02}", size % 60);
    }
    return text;
}

} // namespace drf_messages::django
