// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/level.hpp>
#include <drf_messages/settings.hpp>

#include <string_view>

namespace drf_messages::messages {

/// What MESSAGE_TAGS calls the level; empty when it has no name for it.
inline std::string_view level_tag(const Settings& settings, Level level) {
    for (const auto& [number, tag] : settings.level_tags) {
        if (number == level) {
            return tag;
        }
    }
    return {};
}

} // namespace drf_messages::messages
