// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/level.hpp>
#include <drf_messages/settings.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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

/// The names that MESSAGE_TAGS has, each once.
inline std::vector<std::string> level_tags(const Settings& settings) {
    std::vector<std::string> tags;
    for (const auto& [number, tag] : settings.level_tags) {
        if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end()) {
            tags.push_back(tag);
        }
    }
    return tags;
}

} // namespace drf_messages::messages
