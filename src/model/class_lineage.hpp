// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <map>
#include <string_view>
#include <vector>

namespace drf_messages {

/// A class and its base classes, itself first, as far as `classes` (Settings::classes) say. The
/// last is one of `classes` only if they form a circle.
std::vector<ClassName>
class_lineage(const std::map<ClassName, ClassSettings>& classes, const ClassName& name);

/// Whether `base` is the class of that name or one of its base classes: Python's issubclass().
bool is_subclass(
    const std::map<ClassName, ClassSettings>& classes, const ClassName& name, std::string_view base
);

} // namespace drf_messages
