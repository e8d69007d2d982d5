// SPDX-License-Identifier: MIT
#include "embed/admin_use.hpp"

#include "urls/url_conf.hpp"

#include <algorithm>

namespace drf_messages::embed {

bool uses_admin(const Settings& settings) {
    return std::any_of(settings.routes.begin(), settings.routes.end(), urls::is_admin);
}

} // namespace drf_messages::embed
