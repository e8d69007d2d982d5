// SPDX-License-Identifier: MIT
#include "text/ascii.hpp"
#include "text/datetime.hpp"
#include "text/posix_time_zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace drf_messages::text {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

using LocalTime = TimeZone::LocalTime;
using Microseconds = std::chrono::microseconds;

constexpr std::string_view database_folder = "/usr/share/zoneinfo";

// The names of UTC in the tz database, and how the clocks of each call it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> names_of_utc{{
    {"UTC", "UTC"},
    {"UCT", "UTC"},
    {"Universal", "UTC"},
    {"Zulu", "UTC"},
    {"Etc/UTC", "UTC"},
    {"Etc/UCT", "UTC"},
    {"Etc/Universal", "UTC"},
    {"Etc/Zulu", "UTC"},
    {"GMT", "GMT"},
    {"GMT0", "GMT"},
    {"GMT+0", "GMT"},
    {"GMT-0", "GMT"},
    {"Greenwich", "GMT"},
    {"Etc/GMT", "GMT"},
    {"Etc/GMT0", "GMT"},
    {"Etc/GMT+0", "GMT"},
    {"Etc/GMT-0", "GMT"},
    {"Etc/Greenwich", "GMT"},
}};

// Django 3.2 keeps time with pytz, which reads the 32-bit part of a zone's file: what holds in 2037
// holds for ever, and before December 1901 it is the zone's first local time.
constexpr sys_seconds earliest_transition{seconds{std::numeric_limits<std::int32_t>::min()}};
constexpr sys_seconds latest_transition{seconds{std::numeric_limits<std::int32_t>::max()}};

/// No file of the tz database names changes of such years: its last line says how they are.
constexpr sys_seconds end_of_files{std::chrono::sys_days{std::chrono::year{2500} / 1 / 1}};

constexpr LocalTime first_local_time{
    std::chrono::local_days{std::chrono::year{1} / 1 / 1}.time_since_epoch()};
constexpr LocalTime end_of_local_time{
    std::chrono::local_days{std::chrono::year{10000} / 1 / 1}.time_since_epoch()};

/// After so long the calendar repeats itself, and what follows from it.
constexpr std::chrono::years calendar_cycle_years{400};
constexpr std::chrono::days calendar_cycle{146'097};

// pytz: tzfile.py, build_tzinfo.
seconds rounded_to_minutes(seconds offset) {
    return std::chrono::floor<std::chrono::minutes>(offset + seconds{30});
}

ZonePeriod first_period(const date::sys_info& info) {
    return {sys_seconds::min(), info.offset, info.abbrev};
}

date::sys_info info_of_year_1(const date::time_zone& zone) {
    return zone.get_info(sys_seconds{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}});
}

/// Adds what the zone's file names after `info`, until a moment.
void add_periods(
    const date::time_zone& zone,
    date::sys_info info,
    sys_seconds until,
    std::vector<ZonePeriod>& periods
) {
    while (info.end <= until) {
        const auto next = zone.get_info(info.end);
        if (next.end <= info.end) {
            break;
        }
        periods.push_back({info.end, next.offset, next.abbrev});
        info = next;
    }
}

std::vector<ZonePeriod> periods_of_pytz(const date::time_zone& zone) {
    auto info = info_of_year_1(zone);
    std::vector<ZonePeriod> periods{first_period(info)};
    if (info.end <= latest_transition && info.end < earliest_transition) {
        info = zone.get_info(earliest_transition);
        periods.push_back({earliest_transition, info.offset, info.abbrev});
    }
    add_periods(zone, info, latest_transition, periods);
    for (ZonePeriod& period : periods) {
        period.offset = rounded_to_minutes(period.offset);
    }
    return periods;
}

/// The last line of a zone's file, which says how it goes on.
std::string footer_of(std::string_view name) {
    std::ifstream file(std::filesystem::path(database_folder) / name, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    const auto end = content.rfind('\n');
    if (end == std::string::npos || end == 0 || end + 1 != content.size()) {
        return {};
    }
    const auto begin = content.rfind('\n', end - 1);
    return begin == std::string::npos ? std::string() : content.substr(begin + 1, end - begin - 1);
}

/// Adds what follows for one cycle of the calendar, and returns where it ends: from there on the
/// same happens again.
sys_seconds add_cycle(const PosixTimeZone& rule, std::vector<ZonePeriod>& periods) {
    const sys_seconds known_until = std::max(periods.back().begin, earliest_transition);
    const std::chrono::year_month_day last_day{std::chrono::floor<std::chrono::days>(known_until)};
    const std::chrono::year last_year =
        last_day.year() + calendar_cycle_years + std::chrono::years{1};
    for (auto year = last_day.year(); year <= last_year; ++year) {
        for (ZonePeriod& period : rule.periods_of(year)) {
            if (period.begin > periods.back().begin) {
                periods.push_back(std::move(period));
            }
        }
    }
    return sys_seconds{std::chrono::sys_days{last_year / 1 / 1}};
}

/// A name that leads to no file outside of the tz database.
bool is_plain(std::string_view name) {
    return !name.empty() && name.front() != '/' && name.find("..") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_alphanumeric(c) || c == '/' || c == '_' || c == '-' || c == '+';
           });
}

} // namespace

struct TimeZone::Zone {
    std::string name;
    std::vector<ZonePeriod> periods;
    /// From here on it is as it was a cycle of the calendar before.
    Timestamp repeats_from = Timestamp::max();
    Rules rules = Rules::pytz;

    /// Where that is which is repeated here.
    Timestamp in_first_cycle(Timestamp moment) const {
        if (moment < repeats_from) {
            return moment;
        }
        const auto cycles = (moment - repeats_from) / Microseconds(calendar_cycle) + 1;
        return moment - cycles * Microseconds(calendar_cycle);
    }

    std::vector<ZonePeriod>::const_iterator find(Timestamp moment) const {
        const auto next = std::upper_bound(
            periods.begin() + 1,
            periods.end(),
            moment,
            [](auto wanted, const ZonePeriod& period) { return wanted < period.begin; }
        );
        return std::prev(next);
    }

    const ZonePeriod& period_at(Timestamp moment) const {
        return periods.size() == 1 ? periods.front() : *find(in_first_cycle(moment));
    }

    /// The offset by which a clock shows a reading. Of one that it shows twice or never that before
    /// the change, or, with fold, that behind it.
    /// - CPython: zoneinfo/_zoneinfo.py, _find_trans.
    seconds offset_of(Timestamp reading, bool fold) const {
        reading = in_first_cycle(reading);
        auto found = find(reading - std::chrono::days{1});
        for (auto next = std::next(found); next != periods.end(); found = next++) {
            const auto [least, most] = std::minmax(found->offset, next->offset);
            if (reading < next->begin + (fold ? least : most)) {
                break;
            }
        }
        return found->offset;
    }

    static Zone read(std::string_view name, Rules rules) {
        for (const auto& [name_of_utc, abbreviation] : names_of_utc) {
            if (name == name_of_utc) {
                return {
                    std::string(name),
                    {{sys_seconds::min(), seconds{0}, std::string(abbreviation)}}};
            }
        }
        const date::time_zone& zone = *date::locate_zone(name);
        if (rules == Rules::pytz) {
            return {std::string(name), periods_of_pytz(zone)};
        }
        const auto info = info_of_year_1(zone);
        Zone read{std::string(name), {first_period(info)}};
        add_periods(zone, info, end_of_files, read.periods);
        if (const auto rule = PosixTimeZone::parse(footer_of(name)); rule && rule->changes()) {
            read.repeats_from = add_cycle(*rule, read.periods);
        }
        read.rules = rules;
        return read;
    }
};

TimeZone::TimeZone(std::shared_ptr<const Zone> zone) : zone_(std::move(zone)) {}

std::optional<TimeZone> TimeZone::find(std::string_view name, Rules rules) {
    static std::mutex mutex;
    static std::map<std::pair<std::string, Rules>, TimeZone> found;
    if (!is_plain(name)) {
        return std::nullopt;
    }
    const std::scoped_lock lock(mutex);
    std::pair<std::string, Rules> key(name, rules);
    if (const auto known = found.find(key); known != found.end()) {
        return known->second;
    }
    try {
        TimeZone zone(std::make_shared<const Zone>(Zone::read(name, rules)));
        found.emplace(std::move(key), zone);
        return zone;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

TimeZone TimeZone::utc() {
    static const TimeZone zone(std::make_shared<const Zone>(Zone::read("UTC", Rules::pytz)));
    return zone;
}

std::string TimeZone::explain_unknown(std::string_view name) {
    if (!has_database()) {
        return fmt::format(
            "the time zone {} cannot be looked up: this machine has no {} (Debian's package tzdata "
            "brings it)",
            name,
            database_folder
        );
    }
    return fmt::format("there is no time zone {}", name);
}

bool TimeZone::has_database() {
    std::error_code error;
    return !std::filesystem::is_empty(database_folder, error) && !error;
}

std::chrono::seconds TimeZone::offset_at(Timestamp moment) const {
    return zone_->period_at(moment).offset;
}

std::string TimeZone::abbreviation_at(Timestamp moment) const {
    return zone_->period_at(moment).abbreviation;
}

TimeZone::Local TimeZone::to_utc(LocalTime local, Timestamp& moment) const {
    const Timestamp as_if_utc{local.time_since_epoch()};
    if (zone_->periods.size() == 1) {
        moment = as_if_utc - zone_->periods.front().offset;
        return Local::unique;
    }
    if (zone_->rules != Rules::pytz) {
        const seconds before = zone_->offset_of(as_if_utc, false);
        const seconds behind = zone_->offset_of(as_if_utc, true);
        moment = as_if_utc - before;
        return before == behind  ? Local::unique
               : before > behind ? Local::ambiguous
                                 : Local::nonexistent;
    }

    // pytz: tzinfo.py, DstTzInfo.localize with is_dst=None.
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

std::optional<Timestamp> TimeZone::make_aware(LocalTime local) const {
    Timestamp moment;
    const Local kind = to_utc(local, moment);
    return kind == Local::unique || zone_->rules != Rules::pytz ? std::optional(moment)
                                                                : std::nullopt;
}

// By the offsets of the day before and of the day after, between which a clock is changed at most
// once.
Timestamp TimeZone::nearest_moment(LocalTime local) const {
    constexpr std::chrono::days day{1};
    const Timestamp as_if_utc{local.time_since_epoch()};
    const seconds before = zone_->period_at(as_if_utc - day).offset;
    const seconds after = zone_->period_at(as_if_utc + day).offset;
    std::array<seconds, 2> offsets{after, before};
    if (zone_->rules == Rules::zoneinfo) {
        std::swap(offsets[0], offsets[1]);
    }
    for (const seconds offset : offsets) {
        if (zone_->period_at(as_if_utc - offset).offset == offset) {
            return as_if_utc - offset;
        }
    }
    // By the offset before the change it is as long behind it as the clock has skipped until here.
    const Timestamp behind = as_if_utc - before;
    const Timestamp in_cycle = zone_->in_first_cycle(behind);
    return behind - (in_cycle - zone_->find(in_cycle)->begin);
}

const std::string& TimeZone::name() const {
    return zone_->name;
}

bool TimeZone::is_utc() const {
    return zone_->periods.size() == 1 && zone_->periods.front().offset == seconds{0};
}

} // namespace drf_messages::text
