// SPDX-License-Identifier: MIT
#include "cache/locations.hpp"

#include "text/ascii.hpp"

namespace drf_messages::cache {

std::vector<std::string> locations(const CacheSettings& settings, std::string_view separators) {
    if (settings.location.size() != 1) {
        return settings.location;
    }
    std::vector<std::string> parts;
    std::string_view rest = settings.location.front();
    while (true) {
        const auto end = rest.find_first_of(separators);
        parts.emplace_back(text::trimmed(rest.substr(0, end)));
        if (end == std::string_view::npos) {
            return parts;
        }
        rest.remove_prefix(end + 1);
    }
}

} // namespace drf_messages::cache
