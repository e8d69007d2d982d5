// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::embed {

/// The names of classes that this build knows, by setting, as config::load asks for them.
const std::vector<std::string>& known_classes(std::string_view setting);

} // namespace drf_messages::embed
