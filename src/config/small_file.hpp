// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <variant>

namespace drf_messages::config {

/// Why a file cannot be read: "cannot be read: Permission denied".
struct Unreadable {
    std::string why;
};

/// The contents of a file, if they are at most `most_bytes` long: a device never ends.
std::variant<std::string, Unreadable>
read_small_file(const std::string& path, std::size_t most_bytes);

} // namespace drf_messages::config
