// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <map>
#include <vector>

namespace drf_messages {

/// A class and its base classes, itself first, as far as `classes` (Settings::classes) say. The
/// last is one of `classes` only if they form a circle.
std::vector<ClassName>
class_lineage(const std::map<ClassName, ClassSettings>& classes, const ClassName& name);

} // namespace drf_messages
