// SPDX-License-Identifier: MIT
#pragma once

#include "config/setting.hpp"

#include <optional>
#include <string>

namespace drf_messages::config {

/// A cookie's SameSite attribute. Django takes False for "no attribute" beside the three values.
Setting samesite_setting(SettingWords words, std::optional<std::string> Settings::*member);

} // namespace drf_messages::config
