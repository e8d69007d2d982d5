// SPDX-License-Identifier: MIT
#include "admin/message_form_cleaning.hpp"

#include "text/ascii.hpp"
#include "text/python_text.hpp"
#include "text/strptime.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <span>

namespace drf_messages::admin {
namespace {

using LocalTime = text::TimeZone::LocalTime;

// Django: conf/global_settings.py, TIME_INPUT_FORMATS, which no language of ours has otherwise.
const locale::DateForms& time_forms() {
    static const locale::DateForms forms = [] {
        locale::DateForms all;
        for (const std::string_view format : {"%H:%M:%S", "%H:%M:%S.%f", "%H:%M"}) {
            all.push_back(text::StrptimeFormat::parse(format).value());
        }
        return all;
    }();
    return forms;
}

std::optional<LocalTime>
read(std::string_view posted, std::span<const text::StrptimeFormat> forms) {
    const std::u32string characters = text::code_points(text::strip(posted));
    for (const text::StrptimeFormat& form : forms) {
        if (const auto time = form.read(characters)) {
            return time->local;
        }
    }
    return std::nullopt;
}

/// "20.0" is a whole number too.
std::string_view without_empty_fraction(std::string_view number) {
    number = text::strip(number);
    const std::size_t last = number.find_last_not_of('0');
    return last != std::string_view::npos && number[last] == '.' ? number.substr(0, last) : number;
}

} // namespace

std::optional<std::string_view> find_value(const FormValues& values, std::string_view name) {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string_view value_of(const FormValues& values, std::string_view name) {
    return find_value(values, name).value_or("");
}

bool is_checked(const FormValues& values, std::string_view name) {
    const std::string_view value = value_of(values, name);
    return !value.empty() && text::lowered(value) != "false";
}

Cleaned<std::string>
clean_text(std::string_view posted, std::size_t max_length, const pages::PageTexts& texts) {
    Cleaned<std::string> cleaned{std::string(text::strip(posted))};
    const std::size_t length = text::utf8_length(cleaned.value);
    if (length > max_length) {
        cleaned.errors.push_back(texts.say(
            "Ensure this value has at most {} characters (it has {}).",
            std::array{fmt::format("{}", max_length), fmt::format("{}", length)}
        ));
    }
    if (cleaned.value.find('\0') != std::string::npos) {
        cleaned.errors.push_back(texts.say("Null characters are not allowed."));
    }
    return cleaned;
}

Cleaned<std::int64_t>
clean_whole_number(std::optional<std::string_view> posted, const pages::PageTexts& texts) {
    if (!posted || posted->empty()) {
        return {0, {texts.say("This field is required.")}};
    }
    const auto number = text::parse_integer(without_empty_fraction(*posted));
    if (!number) {
        return {0, {texts.say("Enter a whole number.")}};
    }
    std::int64_t value = 0;
    const auto read = std::from_chars(number->data(), number->data() + number->size(), value);
    if (read.ec == std::errc::result_out_of_range) {
        using Limits = std::numeric_limits<std::int64_t>;
        value = number->starts_with('-') ? Limits::min() : Limits::max();
    }
    return {value, {}};
}

Cleaned<std::optional<LocalTime>> clean_day_and_time(
    std::string_view day,
    std::string_view time,
    const locale::DayForms& days,
    const pages::PageTexts& texts
) {
    Cleaned<std::optional<LocalTime>> cleaned;
    if (day.empty() && time.empty()) {
        return cleaned;
    }
    const auto date = read(day, days.read);
    const auto clock = read(time, time_forms());
    if (!day.empty() && !date) {
        cleaned.errors.push_back(texts.say("Enter a valid date."));
    }
    if (!time.empty() && !clock) {
        cleaned.errors.push_back(texts.say("Enter a valid time."));
    }
    if (!cleaned.errors.empty()) {
        return cleaned;
    }
    if (!date || !clock) {
        cleaned.errors.push_back(texts.say(date ? "Enter a valid time." : "Enter a valid date."));
        return cleaned;
    }
    using std::chrono::floor;
    cleaned.value = floor<std::chrono::days>(*date) + (*clock - floor<std::chrono::days>(*clock));
    return cleaned;
}

} // namespace drf_messages::admin
