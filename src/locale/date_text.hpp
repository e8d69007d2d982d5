// SPDX-License-Identifier: MIT
#pragma once

#include "locale/language.hpp"
#include "text/datetime.hpp"

#include <drf_messages/time.hpp>

#include <chrono>
#include <string>

// Moments and days as pages show them, in German or else in English.

namespace drf_messages::locale {

/// Django's DATETIME_FORMAT: "Jan. 6, 2024, 8:30 a.m.", "midnight", "noon"; in German
/// "6. Januar 2024 08:30".
std::string date_time_text(Timestamp moment, const text::TimeZone& zone, const Language& language);

/// YEAR_MONTH_FORMAT: "January 2024", "Januar 2024".
std::string year_month_text(std::chrono::year_month month, const Language& language);

/// MONTH_DAY_FORMAT: "January 6", "6. Januar".
std::string month_day_text(std::chrono::month_day day, const Language& language);

} // namespace drf_messages::locale
