// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace drf_messages {

/// How many processors this process can keep busy, at least one: the machine's, or the share of
/// them that a container or a service has, rounded up.
std::size_t processors();

/// That share, of control groups of either version; nothing where none is set.
/// - root: the folder that has `proc` and `sys`.
std::optional<std::size_t> processors_of_groups(const std::filesystem::path& root);

} // namespace drf_messages
