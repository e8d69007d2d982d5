// SPDX-License-Identifier: MIT
#include "middleware/wsgi_path.hpp"

#include "text/percent.hpp"
#include "text/utf8.hpp"

#include <algorithm>

namespace drf_messages::middleware {
namespace {

bool is_scheme_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
}

/// Bytes of the valid UTF-8 sequence at the front, 0 when there is none.
std::size_t sequence_length(std::string_view bytes) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(4, bytes.size()); ++length) {
        if (text::is_valid_utf8(bytes.substr(0, length))) {
            return length;
        }
    }
    return 0;
}

} // namespace

TargetParts split_target(std::string_view target) {
    if (!target.starts_with('/')) {
        const std::size_t colon = target.find("://");
        if (colon != std::string_view::npos && colon > 0 &&
            std::all_of(
                target.begin(),
                target.begin() + static_cast<std::ptrdiff_t>(colon),
                is_scheme_character
            )) {
            target.remove_prefix(colon + 3);
            target.remove_prefix(std::min(target.size(), target.find_first_of("/?#")));
        }
    }
    target = target.substr(0, target.find('#'));
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
        const std::size_t length = sequence_length(rest);
        if (length > 0) {
            path.append(rest.substr(0, length));
        } else {
            path.append(text::percent_encode(rest.substr(0, 1), ""));
        }
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return path;
}

} // namespace drf_messages::middleware
