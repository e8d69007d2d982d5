// SPDX-License-Identifier: MIT
#include "api/classes/custom_classes.hpp"

#include <drf_messages/rest.hpp>

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

namespace drf_messages::api {

void CustomClasses::refuse(
    const Settings& settings, const SettingClasses& ours, const ClassAttributes& attributes
) const {
    std::vector<ClassName> others;
    if (ours.registered != nullptr) {
        others = (registered().*ours.registered)();
    }
    for (const auto& [name, spec] : settings.classes) {
        others.push_back(name);
    }
    refuse_class(ours, attributes.base(), others);
}

void CustomClasses::refuse_null(const ClassAttributes& attributes) {
    throw std::invalid_argument(
        fmt::format("{}: the factory of this class returned null", attributes.base())
    );
}

} // namespace drf_messages::api
