// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <variant>

namespace drf_messages::config {

/// Why a file can not be read: "can not be read: Permission denied".
struct Unreadable {
    std::string why;
};

/// What a file holds, when that is at most `most_bytes`: a device never ends.
std::variant<std::string, Unreadable>
read_small_file(const std::string& path, std::size_t most_bytes);

} // namespace drf_messages::config
