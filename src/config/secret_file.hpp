// SPDX-License-Identifier: MIT
#pragma once

#include "config/setting.hpp"
#include "config/small_file.hpp"

#include <string>
#include <variant>

namespace drf_messages::config {

/// A secret that stands in a file of its own: a Docker or systemd secret. The end of its last line
/// does not count; an empty one is as good as none that can be read.
std::variant<std::string, Unreadable> read_secret(const std::string& path);

/// A setting that names a file which holds another setting: a Docker or systemd secret.
/// - top, database: the other setting; one of the two is null.
Setting secret_file_setting(
    SettingWords words, std::string Settings::*top, std::string DatabaseSettings::*database
);

} // namespace drf_messages::config
