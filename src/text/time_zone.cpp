// SPDX-License-Identifier: MIT
#include "text/datetime.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

namespace drf_messages::text {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

using LocalTime = std::chrono::local_time<std::chrono::microseconds>;

struct Period {
    sys_seconds begin;
    seconds offset;
    std::string abbreviation;
};

// Django 3.2 keeps time with pytz, which reads the 32-bit part of a zone's file: what holds in 2037
// holds for ever, and before December 1901 it is the zone's first local time.
constexpr sys_seconds earliest_transition{seconds{std::numeric_limits<std::int32_t>::min()}};
constexpr sys_seconds latest_transition{seconds{std::numeric_limits<std::int32_t>::max()}};

constexpr LocalTime first_local_time{
    std::chrono::local_days{std::chrono::year{1} / 1 / 1}.time_since_epoch()};
constexpr LocalTime end_of_local_time{
    std::chrono::local_days{std::chrono::year{10000} / 1 / 1}.time_since_epoch()};

// pytz: tzfile.py, build_tzinfo.
seconds rounded_to_minutes(seconds offset) {
    return std::chrono::floor<std::chrono::minutes>(offset + seconds{30});
}

std::vector<Period> read_periods(const date::time_zone& zone) {
    auto info = zone.get_info(sys_seconds{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}});
    std::vector<Period> periods{{sys_seconds::min(), rounded_to_minutes(info.offset), info.abbrev}};
    if (info.end <= latest_transition && info.end < earliest_transition) {
        info = zone.get_info(earliest_transition);
        periods.push_back({earliest_transition, rounded_to_minutes(info.offset), info.abbrev});
    }
    while (info.end <= latest_transition) {
        const auto next = zone.get_info(info.end);
        if (next.end <= info.end) {
            break;
        }
        periods.push_back({info.end, rounded_to_minutes(next.offset), next.abbrev});
        info = next;
    }
    return periods;
}

} // namespace

struct TimeZone::Zone {
    std::string name;
    std::vector<Period> periods;

    const Period& period_at(std::chrono::sys_time<std::chrono::microseconds> moment) const {
        if (periods.size() == 1) {
            return periods.front();
        }
        const auto next = std::upper_bound(
            periods.begin() + 1,
            periods.end(),
            moment,
            [](auto wanted, const Period& period) { return wanted < period.begin; }
        );
        return *std::prev(next);
    }
};

TimeZone::TimeZone(std::shared_ptr<const Zone> zone) : zone_(std::move(zone)) {}

std::optional<TimeZone> TimeZone::find(std::string_view name) {
    // pytz knows this one without a file.
    if (name == "UTC") {
        return utc();
    }
    try {
        return TimeZone(std::make_shared<const Zone>(Zone{
            std::string(name), read_periods(*date::locate_zone(name))}));
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

TimeZone TimeZone::utc() {
    static const auto zone =
        std::make_shared<const Zone>(Zone{"UTC", {{sys_seconds::min(), seconds{0}, "UTC"}}});
    return TimeZone(zone);
}

std::chrono::seconds TimeZone::offset_at(Timestamp moment) const {
    return zone_->period_at(moment).offset;
}

std::string TimeZone::abbreviation_at(Timestamp moment) const {
    return zone_->period_at(moment).abbreviation;
}

// pytz: tzinfo.py, DstTzInfo.localize with is_dst=None.
TimeZone::Local TimeZone::to_utc(
    std::chrono::local_time<std::chrono::microseconds> local, Timestamp& moment
) const {
    const Timestamp as_if_utc{local.time_since_epoch()};
    if (zone_->periods.size() == 1) {
        moment = as_if_utc - zone_->periods.front().offset;
        return Local::unique;
    }

    std::array<Timestamp, 2> candidates;
    std::size_t found = 0;
    for (const auto delta : {std::chrono::days{-1}, std::chrono::days{1}}) {
        // Python's datetime ends here, and Django's form calls the overflow a time that cannot be
        // interpreted.
        if (local + delta < first_local_time || local + delta >= end_of_local_time) {
            return Local::nonexistent;
        }
        const Timestamp candidate = as_if_utc - zone_->period_at(as_if_utc + delta).offset;
        if (candidate + zone_->period_at(candidate).offset != as_if_utc) {
            continue;
        }
        if (found == 0 || candidates[0] != candidate) {
            candidates[found++] = candidate;
        }
    }
    if (found == 0) {
        return Local::nonexistent;
    }
    if (found == 2) {
        return Local::ambiguous;
    }
    moment = candidates[0];
    return Local::unique;
}

const std::string& TimeZone::name() const {
    return zone_->name;
}

} // namespace drf_messages::text
