// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <chrono>

namespace drf_messages {

/// TIME_ZONE, by whose clock times are read and written: with the release's rules of aware times,
/// or, without USE_TZ, of the system's clock. Throws std::invalid_argument where it is not known.
/// - Django: utils/timezone.py, get_default_timezone; conf/__init__.py, Settings
/// (os.environ["TZ"]).
text::TimeZone site_time_zone(const Settings& settings);

/// By whose clock the columns of a database without time zones hold times. Throws as above, and
/// where DATABASES.default.TIME_ZONE is set without USE_TZ.
/// - Django: db/backends/base/base.py, DatabaseWrapper.timezone and check_settings.
text::TimeZone database_time_zone(const Settings& settings);

/// Which texts are date-times.
text::IsoForms iso_forms(const Settings& settings);

/// Whether an answer's times say how far they are from UTC.
inline text::Offset shown_offset(const Settings& settings) {
    return settings.use_tz ? text::Offset::written : text::Offset::absent;
}

/// A moment and a while later, as Django counts: without USE_TZ by the clock on the wall.
Timestamp later(Timestamp moment, std::chrono::seconds time, const Settings& settings);

} // namespace drf_messages
