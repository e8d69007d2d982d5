// SPDX-License-Identifier: MIT
#include "config/small_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace drf_messages::config {

std::variant<std::string, Unreadable>
read_small_file(const std::string& path, std::size_t most_bytes) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return Unreadable{"is a folder, not a file"};
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Unreadable{fmt::format("cannot be read: {}", std::strerror(errno))};
    }
    constexpr std::size_t block = 64 * 1024;
    std::string text;
    do {
        const std::size_t before = text.size();
        text.resize(before + block);
        file.read(text.data() + before, block);
        text.resize(before + static_cast<std::size_t>(file.gcount()));
    } while (file && text.size() <= most_bytes);
    if (file.bad()) {
        return Unreadable{fmt::format("cannot be read: {}", std::strerror(errno))};
    }
    if (text.size() > most_bytes) {
        return Unreadable{fmt::format("is longer than {} KiB", most_bytes / 1024)};
    }
    return text;
}

} // namespace drf_messages::config
