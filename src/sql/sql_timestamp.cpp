// SPDX-License-Identifier: MIT
#include "sql/sql_timestamp.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace drf_messages::sql {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

void put_digits(char* to, unsigned value, int count) {
    for (char* at = to + count; at != to; value /= 10) {
        *--at = static_cast<char>('0' + value % 10);
    }
}

/// What format_timestamp writes, with 0 for each digit.
constexpr std::string_view usual_form = "0000-00-00 00:00:00.000000";
constexpr std::size_t bytes_at_once = sizeof(std::uint64_t);

std::uint64_t word_at(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// A text in the usual form, or its beginning, without the form: each byte is how far it is from
/// the form's.
class UsualDigits {
public:
    /// - text: as long as the form, or as its beginning up to the whole seconds.
    explicit UsualDigits(std::string_view text) {
        take_word(text, 0);
        take_word(text, bytes_at_once);
        if (text.size() == usual_form.size()) {
            take_word(text, 2 * bytes_at_once);
        }
        // The last one overlaps the one before.
        take_word(text, text.size() - bytes_at_once);
    }

    /// Whether there are digits where the form has 0, and all else is the form's.
    bool ok() const { return (beyond_ & high_bits) == 0; }

    unsigned two_at(std::size_t place) const { return digits_[place] * 10U + digits_[place + 1]; }

private:
    static constexpr std::uint64_t high_bits = 0x8080808080808080;
    /// What makes a byte's high bit one when it is more than it may be.
    static constexpr std::array<char, usual_form.size()> slack = [] {
        std::array<char, usual_form.size()> slack{};
        for (std::size_t i = 0; i < slack.size(); ++i) {
            slack[i] = static_cast<char>(usual_form[i] == '0' ? 0x7F - 9 : 0x7F);
        }
        return slack;
    }();

    void take_word(std::string_view text, std::size_t place) {
        const std::uint64_t word =
            word_at(text.data() + place) ^ word_at(usual_form.data() + place);
        // 0x7F and 0x7F together carry nothing into the next byte.
        beyond_ |= word | ((word & ~high_bits) + word_at(slack.data() + place));
        std::memcpy(digits_.data() + place, &word, sizeof word);
    }

    std::array<unsigned char, usual_form.size()> digits_{};
    std::uint64_t beyond_ = 0;
};

std::optional<Timestamp> reading_of(
    unsigned year,
    unsigned month,
    unsigned day,
    unsigned hour,
    unsigned minute,
    unsigned second,
    microseconds fraction
) {
    const year_month_day date{
        std::chrono::year(static_cast<int>(year)),
        std::chrono::month(month),
        std::chrono::day(day)};
    if (year == 0 || !date.ok() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction;
}

/// Reads what format_timestamp writes, as nearly all texts are; absent for any other.
std::optional<Timestamp> parse_usual(std::string_view text) {
    if (text.size() != usual_form.size() && text.size() != usual_form.find('.')) {
        return std::nullopt;
    }
    const UsualDigits digits(text);
    if (!digits.ok()) {
        return std::nullopt;
    }
    const unsigned fraction =
        text.size() == usual_form.size()
            ? (digits.two_at(20) * 100 + digits.two_at(22)) * 100 + digits.two_at(24)
            : 0;
    return reading_of(
        digits.two_at(0) * 100 + digits.two_at(2),
        digits.two_at(5),
        digits.two_at(8),
        digits.two_at(11),
        digits.two_at(14),
        digits.two_at(17),
        microseconds(fraction)
    );
}

/// Reads a text from left to right; each step says whether it found what it looked for.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty() || rest_ == "\n"; }

    bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    bool take_any_of(std::string_view wanted, char* found = nullptr) {
        if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos) {
            return false;
        }
        if (found) {
            *found = rest_.front();
        }
        rest_.remove_prefix(1);
        return true;
    }

    bool
    digits(std::size_t least, std::size_t most, unsigned& value, std::size_t* count = nullptr) {
        std::size_t length = 0;
        value = 0;
        while (length < most && length < rest_.size() && rest_[length] >= '0' &&
               rest_[length] <= '9') {
            value = value * 10 + static_cast<unsigned>(rest_[length] - '0');
            ++length;
        }
        if (count) {
            *count = length;
        }
        rest_.remove_prefix(length);
        return length >= least;
    }

private:
    std::string_view rest_;
};

bool read_fraction(Reader& reader, microseconds& fraction) {
    unsigned value = 0;
    std::size_t count = 0;
    if (!reader.digits(1, 6, value, &count)) {
        return false;
    }
    for (; count < 6; ++count) {
        value *= 10;
    }
    fraction = microseconds(value);
    unsigned dropped = 0;
    return reader.digits(0, 6, dropped);
}

/// `Z`, `+HH`, `+HHMM`, `+HH:MM` or PostgreSQL's `+HH:MM:SS`, or nothing at all.
bool read_offset(Reader& reader, std::optional<seconds>& offset) {
    if (reader.at_end()) {
        return true;
    }
    if (reader.take('Z')) {
        offset = seconds(0);
        return true;
    }
    char sign = '+';
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    if (!reader.take_any_of("+-", &sign) || !reader.digits(2, 2, hour)) {
        return false;
    }
    if (!reader.at_end()) {
        reader.take(':');
        if (!reader.digits(2, 2, minute)) {
            return false;
        }
    }
    if (reader.take(':') && !reader.digits(2, 2, second)) {
        return false;
    }
    offset = hours(hour) + minutes(minute) + seconds(second);
    if (offset >= days(1)) {
        return false;
    }
    if (sign == '-') {
        offset = -*offset;
    }
    return true;
}

/// Writes a reading within years 1 to 9999.
std::string_view write_reading(Timestamp reading, TimestampBuffer& buffer) {
    const auto day = std::chrono::floor<days>(reading);
    const year_month_day date(day);
    const std::chrono::hh_mm_ss<microseconds> time(reading - day);
    char* const to = buffer.data();
    put_digits(to, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    to[4] = '-';
    put_digits(to + 5, static_cast<unsigned>(date.month()), 2);
    to[7] = '-';
    put_digits(to + 8, static_cast<unsigned>(date.day()), 2);
    to[10] = ' ';
    put_digits(to + 11, static_cast<unsigned>(time.hours().count()), 2);
    to[13] = ':';
    put_digits(to + 14, static_cast<unsigned>(time.minutes().count()), 2);
    to[16] = ':';
    put_digits(to + 17, static_cast<unsigned>(time.seconds().count()), 2);
    const auto fraction = static_cast<unsigned>(time.subseconds().count());
    if (fraction == 0) {
        return {to, 19};
    }
    to[19] = '.';
    put_digits(to + 20, fraction, 6);
    return {to, 26};
}

} // namespace

Timestamp reading_at(Timestamp moment, const WallClock* clock) {
    if (clock != nullptr) {
        constexpr days farthest_offset(1);
        moment = clock->reading_at(
            std::clamp(moment, first_moment - farthest_offset, last_moment + farthest_offset)
        );
    }
    return std::clamp(moment, first_moment, last_moment);
}

Timestamp moment_of(Timestamp reading, const WallClock* clock) {
    return clock == nullptr ? reading : clock->moment_of(reading);
}

std::optional<Timestamp> find_moment(Timestamp reading, const WallClock* clock) {
    const Timestamp moment = moment_of(reading, clock);
    return clock == nullptr || clock->reading_at(moment) == reading ? std::optional(moment)
                                                                    : std::nullopt;
}

std::string_view
format_timestamp(Timestamp moment, TimestampBuffer& buffer, const WallClock* clock) {
    return write_reading(reading_at(moment, clock), buffer);
}

std::optional<Timestamp> parse_timestamp(std::string_view text, const WallClock* clock) {
    if (const auto usual = parse_usual(text)) {
        return find_moment(*usual, clock);
    }
    Reader reader(text);
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    microseconds fraction{0};
    std::optional<seconds> offset;
    if (!reader.digits(4, 4, year) || !reader.take('-') || !reader.digits(1, 2, month) ||
        !reader.take('-') || !reader.digits(1, 2, day)) {
        return std::nullopt;
    }
    if (!reader.at_end()) {
        if (!reader.take_any_of("T ") || !reader.digits(1, 2, hour) || !reader.take(':') ||
            !reader.digits(1, 2, minute)) {
            return std::nullopt;
        }
        if (reader.take(':')) {
            if (!reader.digits(1, 2, second)) {
                return std::nullopt;
            }
            if (reader.take_any_of(".,") && !read_fraction(reader, fraction)) {
                return std::nullopt;
            }
        }
        if (!read_offset(reader, offset) || !reader.at_end()) {
            return std::nullopt;
        }
    }
    const auto reading = reading_of(year, month, day, hour, minute, second, fraction);
    if (!reading) {
        return std::nullopt;
    }
    return offset ? std::optional(*reading - *offset) : find_moment(*reading, clock);
}

std::optional<Timestamp> end_of_calendar(std::string_view text) {
    constexpr std::size_t most_digits_of_year = 4;
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const bool is_date = digits > 0 && text.substr(digits).starts_with('-');
    if (text == "-infinity" || (is_date && text.ends_with(" BC"))) {
        return first_moment;
    }
    if (text == "infinity" || (is_date && digits > most_digits_of_year)) {
        return last_moment;
    }
    return std::nullopt;
}

Timestamp nearest_timestamp(std::string_view text, const WallClock* clock) {
    if (const auto end = end_of_calendar(text)) {
        return moment_of(*end, clock);
    }
    TimestampBuffer buffer;
    Timestamp low = first_moment;
    Timestamp high = last_moment;
    while (low < high) {
        const Timestamp middle = low + (high - low) / 2;
        if (write_reading(middle, buffer) >= text) {
            high = middle;
        } else {
            low = middle + microseconds(1);
        }
    }
    return moment_of(low, clock);
}

} // namespace drf_messages::sql
