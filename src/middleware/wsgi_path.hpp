// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// A request target in its parts, as a WSGI server passes them on; views into the target.
struct TargetParts {
    std::string_view path;  ///< escaped
    std::string_view query; ///< without "?"
};

TargetParts split_target(std::string_view target);

/// Escaped path -> path_info as Django has it: decoded UTF-8, bytes that are not UTF-8 escaped
/// again, "/" when empty.
/// - Django: core/handlers/wsgi.py, get_path_info; utils/encoding.py, repercent_broken_unicode.
std::string decode_path(std::string_view escaped);

} // namespace drf_messages::middleware
