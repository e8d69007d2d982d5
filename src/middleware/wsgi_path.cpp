// SPDX-License-Identifier: MIT
#include "middleware/wsgi_path.hpp"

#include "text/percent.hpp"
#include "text/utf8.hpp"

namespace drf_messages::middleware {
TargetParts split_target(std::string_view target) {
    const std::size_t question = target.find('?');
    if (question == std::string_view::npos) {
        return {target, {}};
    }
    return {target.substr(0, question), target.substr(question + 1)};
}

std::string decode_path(std::string_view escaped) {
    if (escaped.empty()) {
        return "/";
    }
    std::string bytes = text::percent_decode(escaped, false);
    if (text::is_valid_utf8(bytes)) {
        return bytes;
    }
    std::string path;
    for (std::string_view rest = bytes; !rest.empty();) {
        const auto character = text::first_utf8_character(rest);
        const std::string_view bytes_of_it = rest.substr(0, character.size);
        if (character.valid) {
            path.append(bytes_of_it);
        } else {
            path.append(text::percent_encode(bytes_of_it, ""));
        }
        rest.remove_prefix(character.size);
    }
    return path;
}

} // namespace drf_messages::middleware
