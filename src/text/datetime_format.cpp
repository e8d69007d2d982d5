// SPDX-License-Identifier: MIT
#include "text/datetime.hpp"

#include <locale.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace drf_messages::text {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

struct Fields {
    int year;
    unsigned month;
    unsigned day;
    unsigned hour;
    unsigned minute;
    unsigned second;
    unsigned microsecond;
    std::chrono::sys_days date;
};

Fields fields_of(Timestamp moment, seconds offset) {
    const auto local = moment + offset;
    const auto date = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day ymd{date};
    const auto of_day = static_cast<std::uint64_t>((local - date).count());
    const auto second_of_day = static_cast<unsigned>(of_day / 1'000'000);
    return {
        static_cast<int>(ymd.year()),
        static_cast<unsigned>(ymd.month()),
        static_cast<unsigned>(ymd.day()),
        second_of_day / 3600,
        second_of_day / 60 % 60,
        second_of_day % 60,
        static_cast<unsigned>(of_day % 1'000'000),
        date,
    };
}

constexpr Timestamp first_moment = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr Timestamp last_moment =
    std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - microseconds{1};

/// A moment as a zone shows it.
struct Reading {
    Timestamp moment;
    seconds offset;
    Fields fields;
};

// Whether Python, or four digits, can write its local year.
bool is_writable(Timestamp moment, seconds offset) {
    constexpr std::chrono::days farthest_offset{1};
    return moment >= first_moment - farthest_offset && moment <= last_moment + farthest_offset &&
           moment + offset >= first_moment && moment + offset <= last_moment;
}

// Near the ends of time the original fails; the same moment in UTC is still right. Python's first
// and last naive datetimes, as which a driver reads infinity, are the same in every zone.
Reading reading_of(Timestamp moment, const TimeZone& zone, Offset written) {
    auto offset = zone.offset_at(moment);
    const bool is_end = moment == first_moment || moment == last_moment;
    if (!is_writable(moment, offset) || (is_end && written == Offset::absent)) {
        offset = seconds{0};
        moment = std::clamp(moment, first_moment, last_moment);
    }
    return {moment, offset, fields_of(moment, offset)};
}

// "00" to "99".
constexpr std::array<std::array<char, 2>, 100> pairs = [] {
    std::array<std::array<char, 2>, 100> texts{};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        texts[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
    }
    return texts;
}();

template<int digits>
char* put(char* to, unsigned value) {
    static_assert(digits % 2 == 0);
    for (int i = digits - 2; i >= 0; i -= 2) {
        std::memcpy(to + i, pairs[value % 100].data(), 2);
        value /= 100;
    }
    return to + digits;
}

// "2024-01-02T08:30:00.123456", at most 26 characters.
char* put_local(char* to, const Fields& fields, char separator) {
    to = put<4>(to, static_cast<unsigned>(fields.year));
    *to++ = '-';
    to = put<2>(to, fields.month);
    *to++ = '-';
    to = put<2>(to, fields.day);
    *to++ = separator;
    to = put<2>(to, fields.hour);
    *to++ = ':';
    to = put<2>(to, fields.minute);
    *to++ = ':';
    to = put<2>(to, fields.second);
    if (fields.microsecond != 0) {
        *to++ = '.';
        to = put<6>(to, fields.microsecond);
    }
    return to;
}

// "+01:00", with seconds when there are any; at most 9 characters.
char* put_offset(char* to, seconds offset, std::string_view separator) {
    *to++ = offset < seconds{0} ? '-' : '+';
    const auto size = static_cast<unsigned>(std::chrono::abs(offset).count());
    to = put<2>(to, size / 3600);
    to = std::copy(separator.begin(), separator.end(), to);
    to = put<2>(to, size / 60 % 60);
    if (size % 60 != 0) {
        to = std::copy(separator.begin(), separator.end(), to);
        to = put<2>(to, size % 60);
    }
    return to;
}

locale_t c_locale() {
    static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
    return locale;
}

std::tm broken_down(const Fields& fields, seconds offset, const char* abbreviation) {
    const auto new_year =
        std::chrono::sys_days{std::chrono::year{fields.year} / std::chrono::January / 1};
    std::tm tm{};
    tm.tm_year = fields.year - 1900;
    tm.tm_mon = static_cast<int>(fields.month) - 1;
    tm.tm_mday = static_cast<int>(fields.day);
    tm.tm_hour = static_cast<int>(fields.hour);
    tm.tm_min = static_cast<int>(fields.minute);
    tm.tm_sec = static_cast<int>(fields.second);
    tm.tm_yday = static_cast<int>((fields.date - new_year).count());
    tm.tm_wday = static_cast<int>(std::chrono::weekday{fields.date}.c_encoding());
    tm.tm_gmtoff = offset.count();
    tm.tm_zone = abbreviation;
    return tm;
}

// Python: Modules/_datetimemodule.c, wrap_strftime: the directives that the C library does not
// know, or does not apply to the zone meant here.
std::string expand_python_directives(
    std::string_view format, const Reading& reading, std::string_view abbreviation, Offset shown
) {
    std::string out;
    out.reserve(format.size() + 32);
    std::array<char, 24> buffer;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        const char directive = format[++i];
        switch (directive) {
        case 'f':
            out.append(buffer.data(), put<6>(buffer.data(), reading.fields.microsecond));
            break;
        case 'z':
            if (shown == Offset::written) {
                out.append(buffer.data(), put_offset(buffer.data(), reading.offset, ""));
            }
            break;
        case 's': {
            const auto since =
                std::chrono::floor<seconds>(reading.moment).time_since_epoch().count();
            out.append(
                buffer.data(),
                std::to_chars(buffer.data(), buffer.data() + buffer.size(), since).ptr
            );
            break;
        }
        case 'Z':
            for (const char c : shown == Offset::written ? abbreviation : std::string_view()) {
                out.append(c == '%' ? 2 : 1, c);
            }
            break;
        default:
            out += '%';
            out += directive;
        }
    }
    return out;
}

} // namespace

std::string_view
format_iso8601(Timestamp moment, const TimeZone& zone, Iso8601Buffer& buffer, Offset offset) {
    const Reading reading = reading_of(moment, zone, offset);
    char* end = put_local(buffer.data(), reading.fields, 'T');
    if (offset == Offset::written) {
        if (reading.offset == seconds{0}) {
            *end++ = 'Z';
        } else {
            end = put_offset(end, reading.offset, ":");
        }
    }
    return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

std::string format_iso8601(Timestamp moment, const TimeZone& zone, Offset offset) {
    Iso8601Buffer buffer;
    return std::string(format_iso8601(moment, zone, buffer, offset));
}

std::string format_python_utc(Timestamp moment) {
    std::array<char, 40> buffer;
    const Reading reading = reading_of(moment, TimeZone::utc(), Offset::written);
    char* end = put_local(buffer.data(), reading.fields, ' ');
    end = put_offset(end, seconds{0}, ":");
    return {buffer.data(), end};
}

std::string
format_strftime(std::string_view format, Timestamp moment, const TimeZone& zone, Offset offset) {
    const Reading reading = reading_of(moment, zone, offset);
    const std::string abbreviation = zone.abbreviation_at(moment);
    const std::string expanded = expand_python_directives(format, reading, abbreviation, offset);
    if (expanded.empty()) {
        return {};
    }
    const std::tm tm = broken_down(reading.fields, reading.offset, abbreviation.c_str());

    // strftime says 0 both for "does not fit" and for an empty result; Python gives up at this size
    // too.
    const std::size_t limit = 256 * expanded.size();
    for (std::size_t size = 1024;; size *= 2) {
        std::string out(size, '\0');
        const auto written = strftime_l(out.data(), out.size(), expanded.c_str(), &tm, c_locale());
        if (written > 0 || size >= limit) {
            out.resize(written);
            return out;
        }
    }
}

} // namespace drf_messages::text
