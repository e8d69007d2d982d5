// SPDX-License-Identifier: MIT
#include "model/option_values.hpp"

#include "text/ascii.hpp"
#include "text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace drf_messages::model {
namespace {

constexpr double longest_seconds = 3600;

/// The whole text as a number.
template<class T>
std::optional<T> parse(const std::string& text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

} // namespace

const SettingValue* OptionValues::find(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() || std::holds_alternative<std::monostate>(found->second.value)
               ? nullptr
               : &found->second;
}

void OptionValues::refuse(const std::string& key, std::string_view why) const {
    throw std::invalid_argument(fmt::format("{}.{}: {}", name_, key, why));
}

std::optional<std::string> OptionValues::text(const std::string& key) const {
    const auto* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto* text = std::get_if<std::string>(&value->value);
    if (text == nullptr) {
        refuse(key, "expected text");
    }
    return *text;
}

std::optional<std::string> OptionValues::text_or_number(const std::string& key) const {
    const auto* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* text = std::get_if<std::string>(&value->value)) {
        if (text->find('\0') == std::string::npos) {
            return *text;
        }
    } else if (const auto* number = std::get_if<std::int64_t>(&value->value)) {
        return fmt::format("{}", *number);
    } else if (const auto* flag = std::get_if<bool>(&value->value)) {
        return *flag ? "1" : "0";
    }
    refuse(key, "expected text or a number");
}

std::optional<bool> OptionValues::flag(const std::string& key) const {
    const auto* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto* flag = std::get_if<bool>(&value->value)) {
        return *flag;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value->value)) {
        return *number != 0;
    }
    if (const auto* text = std::get_if<std::string>(&value->value)) {
        // What redis-py takes for False in a URL.
        static const std::vector<std::string> no{"0", "f", "false", "n", "no"};
        return std::find(no.begin(), no.end(), text::lowered(*text)) == no.end();
    }
    refuse(key, "expected true or false");
}

std::optional<std::int64_t>
OptionValues::integer(const std::string& key, std::int64_t low, std::int64_t high) const {
    const auto* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::optional<std::int64_t> number;
    if (const auto* whole = std::get_if<std::int64_t>(&value->value)) {
        number = *whole;
    } else if (const auto* text = std::get_if<std::string>(&value->value)) {
        number = parse<std::int64_t>(*text);
    }
    if (!number || *number < low || *number > high) {
        refuse(key, fmt::format("expected an integer ({} to {})", low, high));
    }
    return number;
}

std::optional<std::chrono::milliseconds> OptionValues::time(const std::string& key) const {
    const auto* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::optional<double> seconds = number(key);
    if (const auto* text = std::get_if<std::string>(&value->value)) {
        seconds = parse<double>(*text);
    }
    if (!seconds || !(*seconds >= 0 && *seconds <= longest_seconds)) {
        refuse(key, fmt::format("expected seconds (0 to {})", longest_seconds));
    }
    if (*seconds == 0) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(
        std::max<std::int64_t>(1, static_cast<std::int64_t>(std::llround(*seconds * 1000)))
    );
}

std::map<std::string, SettingValue> OptionValues::table(const std::string& key) const {
    const auto* value = find(key);
    if (value == nullptr) {
        return {};
    }
    const auto* table = std::get_if<SettingValue::Table>(&value->value);
    if (table == nullptr) {
        refuse(key, "expected a table");
    }
    return *table;
}

std::optional<double> OptionValues::number(const std::string& key) const {
    if (const auto* whole = find_as<std::int64_t>(key)) {
        return static_cast<double>(*whole);
    }
    const auto* fraction = find_as<double>(key);
    return fraction == nullptr ? std::nullopt : std::optional(*fraction);
}

void OptionValues::allow(const std::string& key, const std::vector<std::string>& known) const {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
        throw std::invalid_argument(
            fmt::format("{}.{}{}{}", name_, key, unknown_, text::suggestion(key, known))
        );
    }
}

void OptionValues::allow_only(const std::vector<std::string>& known) const {
    for (const auto& [key, value] : values_) {
        allow(key, known);
    }
}

} // namespace drf_messages::model
