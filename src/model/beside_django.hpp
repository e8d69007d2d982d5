// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

namespace drf_messages {

/// Whether the settings are those of a Django site, which makes the tables and writes them too:
/// INSTALLED_APPS has an app beyond the default.
bool is_beside_django(const Settings& settings);

} // namespace drf_messages
