// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/settings.hpp>

#include <string>
#include <string_view>

namespace drf_messages::cache {

/// Django's default_key_func: "KEY_PREFIX:VERSION:key".
inline std::string full_key(const CacheSettings& settings, std::string_view key) {
    std::string full = settings.key_prefix;
    full += ':';
    full += std::to_string(settings.version);
    full += ':';
    full += key;
    return full;
}

} // namespace drf_messages::cache
