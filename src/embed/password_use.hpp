// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

namespace drf_messages::embed {

/// Whether strangers may try passwords, and are slowed down by a throttle.
bool throttles_passwords(const Settings& settings);

} // namespace drf_messages::embed
