// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::test {

/// The absolute path of a file of this repository: repository_path("docs/api.md").
std::string repository_path(std::string_view name);

} // namespace drf_messages::test
