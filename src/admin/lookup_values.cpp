// SPDX-License-Identifier: MIT
#include "admin/lookup_values.hpp"

#include "model/site_time.hpp"
#include "text/python_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace drf_messages::admin {
namespace {

constexpr text::IsoForms plain_forms = text::IsoForms::django_3_2;

} // namespace

std::optional<WholeNumber> read_integer(std::string_view text) {
    const auto digits = text::parse_integer(text);
    if (!digits) {
        return std::nullopt;
    }
    WholeNumber number{.value = {}, .negative = digits->starts_with('-')};
    std::int64_t value = 0;
    const char* const end = digits->data() + digits->size();
    const auto [stop, error] = std::from_chars(digits->data(), end, value);
    if (error == std::errc() && stop == end) {
        number.value = value;
    }
    return number;
}

Condition compare_integer(Field field, Lookup lookup, const WholeNumber& number) {
    if (number.value) {
        return Condition::compare(field, lookup, *number.value);
    }
    const bool upwards = lookup == Lookup::gt || lookup == Lookup::gte;
    const bool downwards = lookup == Lookup::lt || lookup == Lookup::lte;
    const bool all = number.negative ? upwards : downwards;
    return all ? Condition() : Condition::nothing();
}

std::optional<Timestamp>
read_moment(std::string_view text, const Settings& settings, const text::TimeZone& zone) {
    const text::IsoForms forms = iso_forms(settings);
    auto civil = text::parse_iso_datetime(text, forms);
    if (!civil) {
        civil = text::parse_iso_datetime(fmt::format("{}T00:00", text), forms);
    }
    if (!civil) {
        return std::nullopt;
    }
    if (civil->utc_offset) {
        if (!settings.use_tz) {
            return std::nullopt;
        }
        return Timestamp(civil->local.time_since_epoch() - *civil->utc_offset);
    }
    return settings.use_tz ? zone.make_aware(civil->local)
                           : std::optional(zone.nearest_moment(civil->local));
}

std::optional<std::chrono::local_days> read_date(std::string_view text) {
    const auto is_part_of_date = [](char c) { return (c >= '0' && c <= '9') || c == '-'; };
    if (!std::all_of(text.begin(), text.end(), is_part_of_date)) {
        return std::nullopt;
    }
    const auto civil = text::parse_iso_datetime(fmt::format("{}T00:00", text), plain_forms);
    return civil ? std::optional(std::chrono::floor<std::chrono::days>(civil->local))
                 : std::nullopt;
}

std::optional<std::chrono::microseconds> read_time_of_day(std::string_view text) {
    const auto civil = text::parse_iso_datetime(fmt::format("2000-01-01T{}", text), plain_forms);
    if (!civil || civil->utc_offset) {
        return std::nullopt;
    }
    return civil->local - std::chrono::floor<std::chrono::days>(civil->local);
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t comma; (comma = text.find(',')) != std::string_view::npos;) {
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma + 1);
    }
    parts.push_back(text);
    return parts;
}

} // namespace drf_messages::admin
