// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>

namespace drf_messages {

/// FORCE_SCRIPT_NAME, which stands before every path of the site, without slashes at its end; empty
/// where it is not set.
std::string script_name(const Settings& settings);

} // namespace drf_messages
