// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <map>
#include <vector>

namespace drf_messages {

/// A class and those that it is derived from, itself first, as far as `classes` (Settings::classes)
/// tell. The last is one of them only in a circle.
std::vector<ClassName>
class_lineage(const std::map<ClassName, ClassSettings>& classes, const ClassName& name);

} // namespace drf_messages
