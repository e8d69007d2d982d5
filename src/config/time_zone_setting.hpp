// SPDX-License-Identifier: MIT
#pragma once

#include "config/setting.hpp"

namespace drf_messages::config {

/// The line of a setting that is a name of the system's tz database; empty only where words.none
/// says so.
Setting time_zone_setting(SettingWords words, std::string Settings::*member);
Setting time_zone_setting(SettingWords words, std::string DatabaseSettings::*member);

} // namespace drf_messages::config
