// SPDX-License-Identifier: MIT
#include "model/beside_django.hpp"

#include <algorithm>

namespace drf_messages {

bool is_beside_django(const Settings& settings) {
    const auto ours = Settings().installed_apps;
    return std::any_of(
        settings.installed_apps.begin(),
        settings.installed_apps.end(),
        [&](const std::string& app) {
            return std::find(ours.begin(), ours.end(), app) == ours.end();
        }
    );
}

} // namespace drf_messages
