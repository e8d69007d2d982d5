// SPDX-License-Identifier: MIT
#pragma once

#include "model/base_class.hpp"

#include <drf_messages/rest/classes.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// The class names that a setting may hold ("DEFAULT_PAGINATION_CLASS" -> its classes), for
/// settings' checks at start. Empty for a setting whose names are checked elsewhere
/// (SESSION_ENGINE) or that holds none.
const std::vector<std::string>& known_classes(std::string_view setting);
/// The classes of ours that a subclass of [CLASSES] may be built on.
const std::vector<BaseClass>& base_classes();
/// The classes of an application that a setting may hold; for "CLASSES" all of them, since a
/// subclass may be built on each.
std::vector<std::string> registered_classes(std::string_view setting, const rest::Classes& classes);
/// Whether some setting of ours knows that name.
bool is_own_class(std::string_view name);

} // namespace drf_messages::api
