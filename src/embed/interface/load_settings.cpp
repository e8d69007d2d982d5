// SPDX-License-Identifier: MIT
#include "api/classes/known_classes.hpp"
#include "config/load.hpp"
#include "embed/known_classes.hpp"

#include <drf_messages/load_settings.hpp>

#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages {

Settings load_settings(const std::string& path, const rest::Classes& classes) {
    std::map<std::string, std::vector<std::string>, std::less<>> asked;
    const auto ours = embed::known_classes();
    const auto names_of = [&](std::string_view setting) -> const std::vector<std::string>& {
        auto found = asked.find(setting);
        if (found == asked.end()) {
            auto names = ours.names(setting);
            const auto more = api::registered_classes(setting, classes);
            names.insert(names.end(), more.begin(), more.end());
            found = asked.emplace(setting, std::move(names)).first;
        }
        return found->second;
    };
    return config::load(path, config::process_environment(), {names_of, ours.bases});
}

} // namespace drf_messages
