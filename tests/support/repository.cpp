// SPDX-License-Identifier: MIT
#include "support/repository.hpp"

namespace drf_messages::test {

std::string repository_path(std::string_view name) {
    return std::string(DRF_MESSAGES_SOURCE_DIR "/").append(name);
}

} // namespace drf_messages::test
