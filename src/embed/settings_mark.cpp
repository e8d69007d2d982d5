// SPDX-License-Identifier: MIT
#include "embed/settings_mark.hpp"

#include "config/load.hpp"
#include "crypto/digest.hpp"

#include <fstream>
#include <iterator>

namespace drf_messages::embed {

std::string settings_mark(const Settings& settings) {
    std::string all = DRF_MESSAGES_VERSION "\n" + config::describe_answers(settings);
    if (settings.locale_file) {
        std::ifstream file(*settings.locale_file, std::ios::binary);
        all.append(std::istreambuf_iterator<char>(file), {});
    }
    return crypto::hex(crypto::digest(crypto::Hash::sha256, all));
}

} // namespace drf_messages::embed
