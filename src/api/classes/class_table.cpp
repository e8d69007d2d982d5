// SPDX-License-Identifier: MIT
#include "api/classes/class_table.hpp"

#include "text/nearest.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace drf_messages::api {

void refuse_class(
    const SettingClasses& classes, std::string_view class_name, const std::vector<ClassName>& others
) {
    auto candidates = classes.names;
    candidates.insert(candidates.end(), others.begin(), others.end());
    throw std::invalid_argument(fmt::format(
        "{}: there is no class {}{}",
        classes.setting,
        class_name,
        text::suggestion(class_name, candidates)
    ));
}

} // namespace drf_messages::api
