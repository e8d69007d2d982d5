// SPDX-License-Identifier: MIT
#include "api/wire/datetime_field.hpp"

#include "http/whitespace.hpp"
#include "text/python_text.hpp"

#include <array>
#include <string_view>

namespace drf_messages::api {
namespace {

using LocalTime = std::chrono::local_time<std::chrono::microseconds>;

// Django: conf/global_settings.py, DATETIME_INPUT_FORMATS and then DATE_INPUT_FORMATS (USE_L10N is
// off).
constexpr std::array<std::string_view, 20> input_formats = {
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S.%f",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M:%S",
    "%m/%d/%y %H:%M:%S.%f",
    "%m/%d/%y %H:%M",
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d %b, %Y",
    "%B %d %Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%d %B, %Y",
};

constexpr std::array<std::string_view, 12> month_names = {
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december"};

/// Python's _strptime for one format: the pattern that it builds, tried with the same order of
/// alternatives.
class FormatMatcher {
public:
    explicit FormatMatcher(std::u32string_view text) : text_(text) {}

    std::optional<LocalTime> match(std::string_view format) {
        end_ = std::u32string_view::npos;
        if (!match_from(format, 0) || end_ != text_.size()) {
            return std::nullopt;
        }
        const std::chrono::year_month_day date{
            std::chrono::year{year_}, std::chrono::month{month_}, std::chrono::day{day_}};
        if (year_ < 1 || !date.ok() || second_ > 59) {
            return std::nullopt;
        }
        return std::chrono::local_days{date} + std::chrono::hours{hour_} +
               std::chrono::minutes{minute_} + std::chrono::seconds{second_} +
               std::chrono::microseconds{microsecond_};
    }

private:
    bool match_from(std::string_view format, std::size_t at) {
        if (format.empty()) {
            end_ = at;
            return true;
        }
        const char c = format.front();
        if (c == '%') {
            return match_directive(format[1], format.substr(2), at);
        }
        if (c == ' ') {
            std::size_t spaces = 0;
            while (at + spaces < text_.size() && text::is_space(text_[at + spaces])) {
                ++spaces;
            }
            for (; spaces > 0; --spaces) {
                if (match_from(format.substr(1), at + spaces)) {
                    return true;
                }
            }
            return false;
        }
        return at < text_.size() && text_[at] == static_cast<char32_t>(c) &&
               match_from(format.substr(1), at + 1);
    }

    bool match_directive(char directive, std::string_view rest, std::size_t at) {
        switch (directive) {
        case 'Y':
            return digits(at, 4) && set(year_, number(at, 4), rest, at + 4);
        case 'y':
            // POSIX: 69 to 99 are 1969 to 1999.
            return digits(at, 2) &&
                   set(year_, number(at, 2) + (number(at, 2) <= 68 ? 2000 : 1900), rest, at + 2);
        case 'm':
            return (is(at, '1') && in(at + 1, '0', '2') &&
                    set(month_, 10 + ascii(at + 1), rest, at + 2)) ||
                   (is(at, '0') && in(at + 1, '1', '9') && set(month_, ascii(at + 1), rest, at + 2)
                   ) ||
                   (in(at, '1', '9') && set(month_, ascii(at), rest, at + 1));
        case 'd':
            return (is(at, '3') && in(at + 1, '0', '1') &&
                    set(day_, 30 + ascii(at + 1), rest, at + 2)) ||
                   (in(at, '1', '2') && digits(at + 1, 1) && set(day_, number(at, 2), rest, at + 2)
                   ) ||
                   (is(at, '0') && in(at + 1, '1', '9') && set(day_, ascii(at + 1), rest, at + 2)
                   ) ||
                   (in(at, '1', '9') && set(day_, ascii(at), rest, at + 1)) ||
                   (is(at, ' ') && in(at + 1, '1', '9') && set(day_, ascii(at + 1), rest, at + 2));
        case 'H':
            return (is(at, '2') && in(at + 1, '0', '3') && set(hour_, number(at, 2), rest, at + 2)
                   ) ||
                   (in(at, '0', '1') && digits(at + 1, 1) && set(hour_, number(at, 2), rest, at + 2)
                   ) ||
                   (digits(at, 1) && set(hour_, number(at, 1), rest, at + 1));
        case 'M':
            return (in(at, '0', '5') && digits(at + 1, 1) &&
                    set(minute_, number(at, 2), rest, at + 2)) ||
                   (digits(at, 1) && set(minute_, number(at, 1), rest, at + 1));
        case 'S':
            return (is(at, '6') && in(at + 1, '0', '1') && set(second_, number(at, 2), rest, at + 2)
                   ) ||
                   (in(at, '0', '5') && digits(at + 1, 1) &&
                    set(second_, number(at, 2), rest, at + 2)) ||
                   (digits(at, 1) && set(second_, number(at, 1), rest, at + 1));
        case 'f':
            return match_fraction(rest, at);
        case 'b':
            return match_month_name(3, rest, at);
        default:
            return match_month_name(std::string_view::npos, rest, at);
        }
    }

    bool match_fraction(std::string_view rest, std::size_t at) {
        std::size_t size = 0;
        while (size < 6 && in(at + size, '0', '9')) {
            ++size;
        }
        for (; size > 0; --size) {
            int microsecond = number(at, size);
            for (std::size_t i = size; i < 6; ++i) {
                microsecond *= 10;
            }
            if (set(microsecond_, microsecond, rest, at + size)) {
                return true;
            }
        }
        return false;
    }

    bool match_month_name(std::size_t letters, std::string_view rest, std::size_t at) {
        for (unsigned month = 0; month < month_names.size(); ++month) {
            const auto name = month_names[month].substr(0, letters);
            std::size_t same = 0;
            while (same < name.size() && at + same < text_.size() &&
                   (text_[at + same] | 0x20U) == static_cast<char32_t>(name[same])) {
                ++same;
            }
            if (same == name.size() && set(month_, month + 1, rest, at + same)) {
                return true;
            }
        }
        return false;
    }

    /// Keeps the value when the rest of the format matches too. What fails later was set too often,
    /// never too little: a match sets every field of its format.
    template<class Field, class Value>
    bool set(Field& field, Value value, std::string_view rest, std::size_t next) {
        if (!match_from(rest, next)) {
            return false;
        }
        field = static_cast<Field>(value);
        return true;
    }

    bool is(std::size_t at, char32_t c) const { return at < text_.size() && text_[at] == c; }
    bool in(std::size_t at, char32_t first, char32_t last) const {
        return at < text_.size() && text_[at] >= first && text_[at] <= last;
    }
    bool digits(std::size_t at, std::size_t count) const {
        for (std::size_t i = at; i < at + count; ++i) {
            if (i >= text_.size() || !text::decimal_digit(text_[i])) {
                return false;
            }
        }
        return true;
    }
    int ascii(std::size_t at) const { return static_cast<int>(text_[at] - U'0'); }
    int number(std::size_t at, std::size_t count) const {
        int value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            value = value * 10 + *text::decimal_digit(text_[i]);
        }
        return value;
    }

    std::u32string_view text_;
    std::size_t end_ = 0;
    int year_ = 1900;
    unsigned month_ = 1;
    unsigned day_ = 1;
    int hour_ = 0;
    int minute_ = 0;
    int second_ = 0;
    int microsecond_ = 0;
};

} // namespace

std::optional<std::chrono::local_time<std::chrono::microseconds>>
parse_input_format(std::string_view text) {
    const auto code_points = text::code_points(text);
    for (const auto format : input_formats) {
        if (const auto local = FormatMatcher(code_points).match(format)) {
            return local;
        }
    }
    return std::nullopt;
}

std::string format_naive(std::chrono::local_time<std::chrono::microseconds> local) {
    auto text = text::format_python_utc(Timestamp(local.time_since_epoch()));
    text.resize(text.size() - std::string_view("+00:00").size());
    return text;
}

CleanedMoment clean_moment(std::string_view text, const text::TimeZone& zone, bool use_tz) {
    const auto stripped = http::strip(text);
    auto civil = text::parse_iso_datetime(stripped);
    if (!civil) {
        if (const auto local = parse_input_format(stripped)) {
            civil = text::CivilTime{*local, std::nullopt};
        }
    }
    CleanedMoment cleaned;
    if (!civil) {
        cleaned.error = {"Enter a valid date/time.", {}};
        return cleaned;
    }
    if (civil->utc_offset) {
        cleaned.value = Timestamp(civil->local.time_since_epoch()) - *civil->utc_offset;
        return cleaned;
    }
    if (!use_tz) {
        cleaned.value = zone.nearest_moment(civil->local);
        return cleaned;
    }
    Timestamp moment;
    if (zone.to_utc(civil->local, moment) != text::TimeZone::Local::unique) {
        cleaned.error = {
            "{} couldn’t be interpreted in time zone {}; it may be ambiguous or it may not exist.",
            {format_naive(civil->local), std::string(zone.name())}};
        return cleaned;
    }
    cleaned.value = moment;
    return cleaned;
}

} // namespace drf_messages::api
