// SPDX-License-Identifier: MIT
#include "api/wire/datetime_field.hpp"

#include "http/whitespace.hpp"
#include "text/python_text.hpp"

#include <string_view>

namespace drf_messages::api {
namespace {

// Django: forms/fields.py, DateTimeField.to_python.
std::optional<text::CivilTime> read(std::string_view text, const MomentReading& reading) {
    if (const auto time = text::parse_iso_datetime(text, reading.iso)) {
        return time;
    }
    const std::u32string characters = text::code_points(text);
    for (const text::StrptimeFormat& format : reading.forms) {
        if (const auto time = format.read(characters)) {
            return time;
        }
    }
    return std::nullopt;
}

} // namespace

std::string format_naive(std::chrono::local_time<std::chrono::microseconds> local) {
    auto text = text::format_python_utc(Timestamp(local.time_since_epoch()));
    text.resize(text.size() - std::string_view("+00:00").size());
    return text;
}

CleanedMoment clean_moment(std::string_view text, const MomentReading& reading) {
    const auto civil = read(http::strip(text), reading);
    CleanedMoment cleaned;
    if (!civil) {
        cleaned.error = {"Enter a valid date/time.", {}};
        return cleaned;
    }
    if (civil->utc_offset) {
        cleaned.value = Timestamp(civil->local.time_since_epoch()) - *civil->utc_offset;
        return cleaned;
    }
    return moment_of(civil->local, reading.zone, reading.use_tz);
}

CleanedMoment moment_of(text::TimeZone::LocalTime local, const text::TimeZone& zone, bool use_tz) {
    CleanedMoment cleaned;
    if (!use_tz) {
        cleaned.value = zone.nearest_moment(local);
        return cleaned;
    }
    Timestamp moment;
    if (zone.to_utc(local, moment) != text::TimeZone::Local::unique) {
        cleaned.error = {
            "{} couldn’t be interpreted in time zone {}; it may be ambiguous or it may not exist.",
            {format_naive(local), std::string(zone.name())}};
        return cleaned;
    }
    cleaned.value = moment;
    return cleaned;
}

} // namespace drf_messages::api
