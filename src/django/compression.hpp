// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

enum class Compression { zlib, gzip };

/// What decompress() made of its input.
struct Decompressed {
    enum class Outcome { complete, broken, too_large };
    Outcome outcome = Outcome::broken;
    std::string bytes; ///< empty unless complete
};

/// Bytes after the end of the compressed stream are ignored, as Python's zlib does.
/// - limit_bytes: more than this after inflating is too_large, and is never kept in memory.
Decompressed decompress(std::string_view compressed, std::size_t limit_bytes, Compression format);

/// The bytes of Python's zlib.compress(bytes), or of gzip.compress(bytes) made at the epoch.
std::string compress(std::string_view bytes, Compression format);

} // namespace drf_messages::django
