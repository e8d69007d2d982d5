// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages::embed {

/// A digest of this version, of the settings that answers follow from, and of the file that
/// LOCALE_FILE names.
std::string settings_mark(const Settings& settings);

} // namespace drf_messages::embed
