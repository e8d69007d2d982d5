// SPDX-License-Identifier: MIT
#pragma once

#include "config/reader.hpp"

#include <drf_messages/settings.hpp>

namespace drf_messages::config {

/// Reads [CLASSES] into reader.classes. Refuses unknown bases, attributes that the base does not
/// have, and circles.
void read_classes(const Node& node, Reader& reader);
Node write_classes(const std::map<ClassName, ClassSettings>& classes);

/// Reads [[ROUTES]].
void read_routes(const Node& node, Settings& settings, Reader& reader);
Node write_routes(const std::vector<RouteSettings>& routes);

} // namespace drf_messages::config
