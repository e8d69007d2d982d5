// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <vector>

namespace drf_messages::embed {

/// What PostgreSQL's or MariaDB's own client programs are told, so that they connect to
/// DATABASES.default as the server does. No password is among it. Of MariaDB the name of the
/// database is not either, which stands behind the options. Throws std::invalid_argument for
/// OPTIONS that make no sense.
std::vector<std::string> client_arguments(const Settings& settings);

} // namespace drf_messages::embed
