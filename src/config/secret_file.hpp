// SPDX-License-Identifier: MIT
#pragma once

#include "config/setting.hpp"

#include <string>

namespace drf_messages::config {

/// A setting that names a file which holds another setting: a Docker or systemd secret.
/// - top, database: the other setting; one of the two is null.
Setting secret_file_setting(
    SettingWords words, std::string Settings::*top, std::string DatabaseSettings::*database
);

} // namespace drf_messages::config
