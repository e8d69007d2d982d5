// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

namespace drf_messages::embed {

/// Whether a route leads to the admin, whose log is a table of its own.
bool uses_admin(const Settings& settings);

} // namespace drf_messages::embed
