// SPDX-License-Identifier: MIT
#include "config/load.hpp"
#include "embed/known_classes.hpp"

#include <drf_messages/load_settings.hpp>

#include <unistd.h>

#include <string_view>

namespace drf_messages {
namespace {

config::Environment process_environment() {
    config::Environment variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (const auto equals = text.find('='); equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}

} // namespace

Settings load_settings(const std::string& path) {
    return config::load(path, process_environment(), embed::known_classes);
}

} // namespace drf_messages
