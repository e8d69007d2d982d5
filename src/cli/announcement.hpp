// SPDX-License-Identifier: MIT
#pragma once

#include "config/load.hpp"

#include <drf_messages/settings.hpp>

#include <string>
#include <vector>

namespace drf_messages::cli {

/// The line by which a server says that it accepts requests.
/// - addresses: as server::Server has them.
std::string announcement(const Settings& settings, const std::vector<std::string>& addresses);

/// What to type next at a server that has no user yet: make one, send, read, look.
/// - environment: says whether this is a container of Kubernetes.
std::string first_steps(
    const Settings& settings,
    const std::vector<std::string>& addresses,
    const config::Environment& environment
);

} // namespace drf_messages::cli
