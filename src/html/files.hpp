// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace drf_messages::html {

/// A file that was compiled in.
struct File {
    std::string_view name; ///< without its folder
    std::string_view bytes;
    std::string_view digest; ///< SHA-256, in hexadecimal digits
};

/// Those of templates/drf_messages and of static/drf_messages; cmake/EmbedFiles.cmake writes the
/// bodies.
std::span<const File> template_files() noexcept;
std::span<const File> static_files() noexcept;

} // namespace drf_messages::html
