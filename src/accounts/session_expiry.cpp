// SPDX-License-Identifier: MIT
#include "accounts/session_expiry.hpp"

#include "django/pickle.hpp"
#include "model/site_time.hpp"
#include "text/datetime.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace drf_messages::accounts {
namespace {

/// Ten thousand years: the most that a wrong `_session_expiry` may ask for without leaving the
/// range of the clock.
constexpr double longest_expiry_seconds = 3.0e11;

std::optional<double> number(const boost::json::value& value) {
    if (value.is_bool()) {
        return value.get_bool() ? 1 : 0;
    }
    if (value.is_int64()) {
        return static_cast<double>(value.get_int64());
    }
    if (value.is_uint64()) {
        return static_cast<double>(value.get_uint64());
    }
    if (value.is_double() && std::isfinite(value.get_double())) {
        return value.get_double();
    }
    return std::nullopt;
}

std::optional<text::CivilTime> datetime(const boost::json::value& value) {
    return value.is_string() ? text::parse_iso_datetime(value.get_string())
                             : django::python_datetime(value);
}

Timestamp moment_of(const text::CivilTime& time, const Settings& settings) {
    if (time.utc_offset) {
        return Timestamp{time.local.time_since_epoch()} - *time.utc_offset;
    }
    return site_time_zone(settings).nearest_moment(time.local);
}

} // namespace

AskedExpiry asked_expiry(const boost::json::object& session, const Settings& settings) {
    if (django::is_too_large_to_read(session)) {
        return NotReadHere{};
    }
    const boost::json::value* value = session.if_contains(session_expiry_name);
    if (value == nullptr) {
        return AsTheSettingsSay{};
    }
    if (const auto seconds = number(*value)) {
        const double bounded =
            std::clamp(*seconds, -longest_expiry_seconds, longest_expiry_seconds);
        // Only zero itself means the browser's life.
        const double whole =
            std::abs(bounded) < 1 ? std::copysign(std::ceil(std::abs(bounded)), bounded) : bounded;
        return std::chrono::seconds(static_cast<std::int64_t>(whole));
    }
    if (django::is_foreign(*value)) {
        return NotReadHere{};
    }
    if (const auto time = datetime(*value)) {
        return moment_of(*time, settings);
    }
    return AsTheSettingsSay{};
}

std::chrono::seconds seconds_until(Timestamp moment, Timestamp now) {
    return std::chrono::floor<std::chrono::seconds>(moment - now);
}

} // namespace drf_messages::accounts
