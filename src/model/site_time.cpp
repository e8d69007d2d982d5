// SPDX-License-Identifier: MIT
#include "model/site_time.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace drf_messages {
namespace {

using Rules = text::TimeZone::Rules;

text::TimeZone known_zone(std::string_view setting, std::string_view name, Rules rules) {
    const auto zone = text::TimeZone::find(name, rules);
    if (!zone) {
        throw std::invalid_argument(
            fmt::format("{}: {}", setting, text::TimeZone::explain_unknown(name))
        );
    }
    return *zone;
}

} // namespace

text::TimeZone site_time_zone(const Settings& settings) {
    return known_zone(
        "TIME_ZONE", settings.time_zone, settings.use_tz ? Rules::pytz : Rules::system
    );
}

text::TimeZone database_time_zone(const Settings& settings) {
    const std::string_view name = settings.database.time_zone;
    if (!settings.use_tz) {
        if (!name.empty()) {
            throw std::invalid_argument(
                "DATABASES.default.TIME_ZONE: cannot be set because USE_TZ is false"
            );
        }
        return site_time_zone(settings);
    }
    return name.empty() ? text::TimeZone::utc()
                        : known_zone("DATABASES.default.TIME_ZONE", name, Rules::pytz);
}

Timestamp later(Timestamp moment, std::chrono::seconds time, const Settings& settings) {
    if (settings.use_tz) {
        return moment + time;
    }
    const text::TimeZone zone = site_time_zone(settings);
    return zone.nearest_moment(zone.local_at(moment) + time);
}

} // namespace drf_messages
