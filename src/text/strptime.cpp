// SPDX-License-Identifier: MIT
#include "text/strptime.hpp"

#include "text/civil_numbers.hpp"
#include "text/python_text.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace drf_messages::text {
namespace {

using Item = StrptimeFormat::Item;
using Kind = Item::Kind;
using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 12> months = {
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
constexpr std::array<std::string_view, 7> weekdays = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 2> halves_of_the_day = {"am", "pm"};

constexpr std::size_t short_name = 3; // letters of "jan" and "mon"

constexpr std::string_view known_directives = "aAbBdfHIjmMpSuwyYz%";
constexpr std::string_view unread_directives = "UWGVZ";

/// What stands for several others.
std::string_view directives_of(char32_t directive) {
    switch (directive) {
    case U'c':
        return "%a %b %d %H:%M:%S %Y";
    case U'x':
        return "%m/%d/%y";
    case U'X':
        return "%H:%M:%S";
    default:
        return {};
    }
}

bool is_one_of(char32_t character, std::string_view ascii) {
    return character < 0x80 && ascii.find(static_cast<char>(character)) != std::string_view::npos;
}

/// What a text says of a moment, directive by directive.
struct Numbers {
    int year = 1900;
    int month = 1;
    int day = 1;
    int hour = 0;
    bool hour_of_half = false; ///< %I: 1 to 12
    int half = 0;              ///< %p: 1 is pm
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    std::optional<int> day_of_year{};
    std::optional<std::chrono::microseconds> offset{};
};

/// One try to find a format in a text: the pattern that Python makes of it, with the same order of
/// alternatives.
class Matcher {
public:
    Matcher(std::span<const Item> items, std::u32string_view text) : items_(items), text_(text) {}

    std::optional<CivilTime> match() {
        if (!match_from(0, 0)) {
            return std::nullopt;
        }
        return civil_time();
    }

private:
    // Python matches a beginning and then wants it to be the whole, which no way back can mend.
    bool match_from(std::size_t item, std::size_t at) {
        if (item == items_.size()) {
            at_end_ = at == text_.size();
            return true;
        }
        const auto [kind, character] = items_[item];
        switch (kind) {
        case Kind::directive:
            return match_directive(static_cast<char>(character), item + 1, at);
        case Kind::space:
            return match_spaces(item + 1, at);
        case Kind::literal:
            break;
        }
        return at < text_.size() && without_case(text_[at]) == character &&
               match_from(item + 1, at + 1);
    }

    bool match_spaces(std::size_t next_item, std::size_t at) {
        std::size_t spaces = 0;
        while (at + spaces < text_.size() && is_space(text_[at + spaces])) {
            ++spaces;
        }
        for (; spaces > 0; --spaces) {
            if (match_from(next_item, at + spaces)) {
                return true;
            }
        }
        return false;
    }

    bool match_directive(char directive, std::size_t next, std::size_t at) {
        switch (directive) {
        case 'Y':
            return take(numbers_.year, next, at, {"####"});
        case 'y':
            return year_of_century(next, at);
        case 'm':
            return take(numbers_.month, next, at, {"1[0-2]", "0[1-9]", "[1-9]"});
        case 'd':
            return take(numbers_.day, next, at, {"3[0-1]", "[1-2]#", "0[1-9]", "[1-9]", " [1-9]"});
        case 'j':
            return day_of_year(next, at);
        case 'H':
            numbers_.hour_of_half = false;
            return take(numbers_.hour, next, at, {"2[0-3]", "[0-1]#", "#"});
        case 'I':
            numbers_.hour_of_half = true;
            return take(numbers_.hour, next, at, {"1[0-2]", "0[1-9]", "[1-9]"});
        case 'M':
            return take(numbers_.minute, next, at, {"[0-5]#", "#"});
        case 'S':
            return take(numbers_.second, next, at, {"6[0-1]", "[0-5]#", "#"});
        case 'f':
            return fraction(next, at);
        case 'B':
            return take_name(months, std::string_view::npos, 1, numbers_.month, next, at);
        case 'b':
            return take_name(months, short_name, 1, numbers_.month, next, at);
        case 'A':
            return take_name(weekdays, std::string_view::npos, 0, weekday_, next, at);
        case 'a':
            return take_name(weekdays, short_name, 0, weekday_, next, at);
        case 'w':
            return take(weekday_, next, at, {"[0-6]"});
        case 'u':
            return take(weekday_, next, at, {"[1-7]"});
        case 'p':
            return take_name(halves_of_the_day, std::string_view::npos, 0, numbers_.half, next, at);
        case 'z':
            return offset(next, at);
        default: // %%
            return at < text_.size() && text_[at] == U'%' && match_from(next, at + 1);
        }
    }

    /// A number in one of some forms, the first with which the rest of the text fits: "#" is a
    /// digit of any script, "[1-3]" one of ASCII, anything else itself.
    bool take(
        int& number, std::size_t next, std::size_t at, std::initializer_list<std::string_view> forms
    ) {
        for (const std::string_view form : forms) {
            std::size_t end = at;
            if (fits(form, end)) {
                number = value(at, end);
                if (match_from(next, end)) {
                    return true;
                }
            }
        }
        return false;
    }

    bool fits(std::string_view form, std::size_t& at) const {
        while (!form.empty()) {
            if (at >= text_.size()) {
                return false;
            }
            const char32_t character = text_[at++];
            std::size_t used = 1;
            bool fit = false;
            if (form.front() == '#') {
                fit = decimal_digit(character).has_value();
            } else if (form.front() == '[') {
                fit = character >= static_cast<char32_t>(form[1]) &&
                      character <= static_cast<char32_t>(form[3]);
                used = std::string_view("[0-9]").size();
            } else {
                fit = character == static_cast<char32_t>(form.front());
            }
            if (!fit) {
                return false;
            }
            form.remove_prefix(used);
        }
        return true;
    }

    /// Python's int(): of a blank and a digit, the digit.
    int value(std::size_t begin, std::size_t end) const {
        int number = 0;
        for (std::size_t i = begin; i < end; ++i) {
            number = number * 10 + decimal_digit(text_[i]).value_or(0);
        }
        return number;
    }

    // POSIX: 69 to 99 are 1969 to 1999.
    bool year_of_century(std::size_t next, std::size_t at) {
        std::size_t end = at;
        if (!fits("##", end)) {
            return false;
        }
        const int year = value(at, end);
        numbers_.year = year + (year <= 68 ? 2000 : 1900);
        return match_from(next, end);
    }

    bool day_of_year(std::size_t next, std::size_t at) {
        return take(
            numbers_.day_of_year.emplace(),
            next,
            at,
            {"36[0-6]", "3[0-5]#", "[1-2]##", "0[1-9]#", "00[1-9]", "[1-9]#", "0[1-9]", "[1-9]"}
        );
    }

    bool fraction(std::size_t next, std::size_t at) {
        constexpr std::string_view any = "[0-9][0-9][0-9][0-9][0-9][0-9]";
        constexpr std::size_t most = 6;
        for (std::size_t size = most; size > 0; --size) {
            std::size_t end = at;
            if (!fits(any.substr(0, size * any.size() / most), end)) {
                continue;
            }
            numbers_.microsecond = value(at, end);
            for (std::size_t i = size; i < most; ++i) {
                numbers_.microsecond *= 10;
            }
            if (match_from(next, end)) {
                return true;
            }
        }
        return false;
    }

    // What is a letter in Unicode alone (a long s) is none of a name's for Python either: it finds
    // the name, and then not its number.
    bool take_name(
        Names names, std::size_t letters, int first, int& number, std::size_t next, std::size_t at
    ) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto name = names[i].substr(0, letters);
            std::size_t same = 0;
            while (same < name.size() && at + same < text_.size() &&
                   (text_[at + same] | 0x20U) == static_cast<char32_t>(name[same])) {
                ++same;
            }
            if (same == name.size()) {
                number = first + static_cast<int>(i);
                if (match_from(next, at + same)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// "+0130", "-01:30:15.5", "Z".
    bool offset(std::size_t next, std::size_t at) {
        if (at < text_.size() && text_[at] == U'Z') {
            numbers_.offset = std::chrono::microseconds(0);
            return match_from(next, at + 1);
        }
        constexpr std::string_view forms[] = {
            "##:[0-5]#:[0-5]#.",
            "##[0-5]#[0-5]#.",
            "##:[0-5]#:[0-5]#",
            "##[0-5]#[0-5]#",
            "##:[0-5]#",
            "##[0-5]#"};
        if (at >= text_.size() || !is_one_of(text_[at], "+-")) {
            return false;
        }
        const bool minus = text_[at] == U'-';
        for (const std::string_view form : forms) {
            std::size_t end = at + 1;
            if (!fits(form, end)) {
                continue;
            }
            const std::size_t colon = form.find(':') == std::string_view::npos ? 0 : 1;
            const auto two = [&](std::size_t nth) {
                const std::size_t begin = at + 1 + nth * (2 + colon);
                return begin + 2 <= end ? value(begin, begin + 2) : 0;
            };
            const bool has_seconds = form.size() > std::string_view("##:[0-5]#").size();
            const auto whole = std::chrono::hours(two(0)) + std::chrono::minutes(two(1)) +
                               std::chrono::seconds(has_seconds ? two(2) : 0);
            const std::size_t digits = form.ends_with('.') ? count_digits(end) : 0;
            if (form.ends_with('.') && digits == 0) {
                continue;
            }
            auto micros = std::chrono::microseconds(value(end, end + digits));
            for (std::size_t i = digits; i < 6; ++i) {
                micros *= 10;
            }
            numbers_.offset = minus ? -(whole + micros) : whole + micros;
            if (match_from(next, end + digits)) {
                return true;
            }
        }
        return false;
    }

    /// At most six.
    std::size_t count_digits(std::size_t at) const {
        std::size_t digits = 0;
        while (digits < 6 && at + digits < text_.size() && decimal_digit(text_[at + digits])) {
            ++digits;
        }
        return digits;
    }

    std::optional<CivilTime> civil_time() const {
        if (!at_end_) {
            return std::nullopt;
        }
        using std::chrono::year_month_day;
        year_month_day date{
            std::chrono::year{numbers_.year},
            std::chrono::month{static_cast<unsigned>(numbers_.month)},
            std::chrono::day{static_cast<unsigned>(numbers_.day)}};
        if (numbers_.day_of_year) {
            if (numbers_.year < 1) {
                return std::nullopt;
            }
            date = year_month_day{
                std::chrono::sys_days{std::chrono::year{numbers_.year} / 1 / 1} +
                std::chrono::days(*numbers_.day_of_year - 1)};
        }
        int hour = numbers_.hour;
        if (numbers_.hour_of_half) {
            hour = hour % 12 + (numbers_.half == 1 ? 12 : 0);
        }
        const auto local =
            CivilNumbers{date, hour, numbers_.minute, numbers_.second, numbers_.microsecond}.local(
            );
        if (!local ||
            (numbers_.offset && std::chrono::abs(*numbers_.offset) >= std::chrono::days(1))) {
            return std::nullopt;
        }
        return CivilTime{*local, numbers_.offset};
    }

    std::span<const Item> items_;
    std::u32string_view text_;
    Numbers numbers_;
    int weekday_ = 0; ///< read, and without weeks of no use
    bool at_end_ = false;
};

} // namespace

std::optional<StrptimeFormat> StrptimeFormat::parse(std::string_view format) {
    StrptimeFormat parsed;
    if (!parsed.add(format) || parsed.items_.size() > most_items) {
        return std::nullopt;
    }
    return parsed;
}

bool StrptimeFormat::add(std::string_view format) {
    const std::u32string characters = code_points(format);
    for (std::size_t i = 0; i < characters.size(); ++i) {
        const char32_t character = characters[i];
        if (is_space(character)) {
            if (items_.empty() || items_.back().kind != Kind::space) {
                items_.push_back({Kind::space, U' '});
            }
            continue;
        }
        if (character != U'%') {
            items_.push_back({Kind::literal, without_case(character)});
            continue;
        }
        const char32_t directive = ++i < characters.size() ? characters[i] : U'\0';
        if (is_one_of(directive, unread_directives)) {
            return false;
        }
        if (const auto others = directives_of(directive); !others.empty()) {
            if (!add(others)) {
                return false;
            }
        } else if (directive == U'\0' || !is_one_of(directive, known_directives)) {
            reads_nothing_ = true;
        } else {
            const bool twice =
                directive != U'%' &&
                std::any_of(items_.begin(), items_.end(), [&](const Item& item) {
                    return item.kind == Kind::directive && item.character == directive;
                });
            if (twice) {
                return false;
            }
            items_.push_back({Kind::directive, directive});
        }
    }
    return true;
}

std::optional<CivilTime> StrptimeFormat::read(std::u32string_view text) const {
    return reads_nothing_ ? std::nullopt : Matcher(items_, text).match();
}

} // namespace drf_messages::text
