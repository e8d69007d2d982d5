// SPDX-License-Identifier: MIT
#include "text/posix_time_zone.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace drf_messages::text {

using std::chrono::days;
using std::chrono::seconds;

/// Reads the text from left to right; what does not fit is absent.
class PosixTimeZone::Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<unsigned> number(unsigned least, unsigned most) {
        std::size_t digits = 0;
        unsigned value = 0;
        for (; digits < rest_.size() && digits < 3 && is_digit(rest_[digits]); ++digits) {
            value = value * 10 + static_cast<unsigned>(rest_[digits] - '0');
        }
        rest_.remove_prefix(digits);
        return digits > 0 && value >= least && value <= most ? std::optional(value) : std::nullopt;
    }

    /// "CET", or "<+03>".
    std::optional<std::string> abbreviation() {
        const bool quoted = take('<');
        const auto* const end = std::find_if(rest_.begin(), rest_.end(), [quoted](char c) {
            return quoted ? c == '>' : !is_letter(c);
        });
        std::string name(rest_.begin(), end);
        rest_.remove_prefix(name.size());
        if (name.size() < 3 || (quoted && !take('>'))) {
            return std::nullopt;
        }
        return name;
    }

    /// "-3:30", "167".
    std::optional<seconds> time() {
        const bool minus = take('-');
        if (!minus) {
            take('+');
        }
        const auto hours = number(0, 167);
        if (!hours) {
            return std::nullopt;
        }
        seconds time = std::chrono::hours{*hours};
        for (const seconds unit : {seconds{60}, seconds{1}}) {
            if (!take(':')) {
                break;
            }
            const auto count = number(0, 59);
            if (!count) {
                return std::nullopt;
            }
            time += unit * *count;
        }
        return minus ? -time : time;
    }

    /// "M3.5.0/2", "J60", "59", after a comma.
    std::optional<Day> day() {
        Day day;
        if (!take(',') || !date(day)) {
            return std::nullopt;
        }
        if (take('/')) {
            const auto time_of_day = time();
            if (!time_of_day) {
                return std::nullopt;
            }
            day.time = *time_of_day;
        }
        return day;
    }

private:
    bool date(Day& day) {
        const auto set = [](unsigned& to, std::optional<unsigned> value) {
            to = value.value_or(0);
            return value.has_value();
        };
        if (take('M')) {
            return set(day.month, number(1, 12)) && take('.') && set(day.week, number(1, 5)) &&
                   take('.') && set(day.weekday, number(0, 6));
        }
        const bool julian = take('J');
        day.kind = julian ? Day::Kind::julian : Day::Kind::ordinal;
        return set(day.number, julian ? number(1, 365) : number(0, 365));
    }

    std::string_view rest_;
};

std::chrono::local_seconds PosixTimeZone::Day::in(std::chrono::year year) const {
    const std::chrono::local_days new_year{year / 1 / 1};
    switch (kind) {
    case Kind::month_week: {
        const auto in_month = year / std::chrono::month{month};
        const std::chrono::weekday day{weekday};
        return (week == 5 ? std::chrono::local_days{in_month / day[std::chrono::last]}
                          : std::chrono::local_days{in_month / day[week]}) +
               time;
    }
    case Kind::julian: {
        constexpr unsigned last_of_february = 59;
        const bool behind_leap_day = year.is_leap() && number > last_of_february;
        return new_year + days{number - 1 + (behind_leap_day ? 1 : 0)} + time;
    }
    case Kind::ordinal:
        break;
    }
    return new_year + days{number} + time;
}

std::optional<PosixTimeZone> PosixTimeZone::parse(std::string_view text) {
    Reader reader(text);
    PosixTimeZone zone;
    auto abbreviation = reader.abbreviation();
    const auto behind_utc = abbreviation ? reader.time() : std::nullopt;
    if (!behind_utc) {
        return std::nullopt;
    }
    zone.abbreviation_ = std::move(*abbreviation);
    zone.offset_ = -*behind_utc;
    if (reader.at_end()) {
        return zone;
    }

    Summer summer{zone.offset_ + std::chrono::hours{1}, {}, {}, {}};
    abbreviation = reader.abbreviation();
    if (!abbreviation) {
        return std::nullopt;
    }
    summer.abbreviation = std::move(*abbreviation);
    auto begin = reader.day();
    if (!begin) {
        const auto summer_behind_utc = reader.time();
        if (!summer_behind_utc) {
            return std::nullopt;
        }
        summer.offset = -*summer_behind_utc;
        begin = reader.day();
    }
    const auto end = begin ? reader.day() : std::nullopt;
    if (!end || !reader.at_end()) {
        return std::nullopt;
    }
    summer.begin = *begin;
    summer.end = *end;
    zone.summer_ = std::move(summer);
    return zone;
}

std::vector<ZonePeriod> PosixTimeZone::periods_of(std::chrono::year year) const {
    if (!summer_) {
        return {};
    }
    const auto moment = [year](const Day& day, seconds offset_before) {
        return std::chrono::sys_seconds{day.in(year).time_since_epoch() - offset_before};
    };
    std::vector<ZonePeriod> periods{
        {moment(summer_->begin, offset_), summer_->offset, summer_->abbreviation},
        {moment(summer_->end, summer_->offset), offset_, abbreviation_}};
    if (periods[1].begin < periods[0].begin) {
        std::swap(periods[0], periods[1]);
    }
    return periods;
}

} // namespace drf_messages::text
