// SPDX-License-Identifier: MIT
#pragma once

#include "config/reader.hpp"

#include <drf_messages/settings.hpp>

namespace drf_messages::config {

/// Reads [CLASSES] into reader.classes: bases that we have, attributes that the base knows, circles
/// refused.
void read_classes(const Node& node, Reader& reader);
Node write_classes(const std::map<ClassName, ClassSettings>& classes);

/// Reads [[ROUTES]].
void read_routes(const Node& node, Settings& settings, Reader& reader);
Node write_routes(const std::vector<RouteSettings>& routes);

} // namespace drf_messages::config
