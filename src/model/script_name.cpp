// SPDX-License-Identifier: MIT
#include "model/script_name.hpp"

namespace drf_messages {

std::string script_name(const Settings& settings) {
    std::string name = settings.force_script_name.value_or("");
    while (name.ends_with('/')) {
        name.pop_back();
    }
    return name;
}

} // namespace drf_messages
