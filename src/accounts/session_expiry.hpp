// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>
#include <drf_messages/time.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <string_view>
#include <variant>

namespace drf_messages::accounts {

inline constexpr std::string_view session_expiry_name = "_session_expiry";

/// The expiry of a session that asks for none: as the settings say.
struct AsTheSettingsSay {};

/// The expiry of a session that asks for one with an object that is not built here, such as a
/// datetime in a time zone with a name, or that is too large to be read. Whoever made it knows when
/// it ends: for us it has not ended.
struct NotReadHere {};

/// What `_session_expiry` of a session asks for: an age (zero: until the browser closes), or a
/// moment (a text of Django 4.1 and later, or a datetime from a pickle; without an offset it is in
/// TIME_ZONE). Anything else asks for nothing.
using AskedExpiry = std::variant<AsTheSettingsSay, std::chrono::seconds, Timestamp, NotReadHere>;
AskedExpiry asked_expiry(const boost::json::object& session, const Settings& settings);

/// Whole seconds from `now`, rounded down as by Python's timedelta.
std::chrono::seconds seconds_until(Timestamp moment, Timestamp now);

} // namespace drf_messages::accounts
