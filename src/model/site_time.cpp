// SPDX-License-Identifier: MIT
#include "model/site_time.hpp"

#include "model/releases.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace drf_messages {
namespace {

using model::Difference;
using Rules = text::TimeZone::Rules;

Rules rules_of_aware_times(const Settings& settings) {
    const model::Differences differences = model::differences_of(settings);
    const bool asks_for_pytz =
        settings.use_deprecated_pytz && differences.has(Difference::deprecated_pytz);
    return differences.has(Difference::zoneinfo) && !asks_for_pytz ? Rules::zoneinfo : Rules::pytz;
}

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
        "TIME_ZONE",
        settings.time_zone,
        settings.use_tz ? rules_of_aware_times(settings) : Rules::system
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
    return name.empty()
               ? text::TimeZone::utc()
               : known_zone("DATABASES.default.TIME_ZONE", name, rules_of_aware_times(settings));
}

text::IsoForms iso_forms(const Settings& settings) {
    const model::Differences differences = model::differences_of(settings);
    if (differences.has(Difference::iso_8601_of_python)) {
        return text::IsoForms::python_3_11;
    }
    return differences.has(Difference::isoformat_of_python) ? text::IsoForms::python_3_8
                                                            : text::IsoForms::django_3_2;
}

Timestamp later(Timestamp moment, std::chrono::seconds time, const Settings& settings) {
    if (settings.use_tz) {
        return moment + time;
    }
    const text::TimeZone zone = site_time_zone(settings);
    return zone.nearest_moment(zone.local_at(moment) + time);
}

} // namespace drf_messages
