// SPDX-License-Identifier: MIT
#include "middleware/csrf_header.hpp"

#include <algorithm>

namespace drf_messages::middleware {

std::string csrf_header(const Settings& settings) {
    std::string name = settings.csrf_header_name;
    if (name.starts_with("HTTP_")) {
        name.erase(0, 5);
    }
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

} // namespace drf_messages::middleware
