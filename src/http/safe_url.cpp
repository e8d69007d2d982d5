// SPDX-License-Identifier: MIT
#include "http/safe_url.hpp"

#include "text/ascii.hpp"
#include "text/python_text.hpp"
#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <string>

namespace drf_messages::http {
namespace {

bool is_scheme_character(char c) {
    return text::is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
}

/// Scheme and netloc of a URL, which are all that counts here.
struct Origin {
    std::string scheme;
    std::string_view netloc;
};

/// Django's copy of Python's urlsplit, which takes digits before a colon for a scheme too.
Origin origin_of(std::string_view url) {
    Origin origin;
    const std::size_t colon = url.find(':');
    if (colon != std::string_view::npos && colon > 0) {
        const std::string_view scheme = url.substr(0, colon);
        if (std::all_of(scheme.begin(), scheme.end(), is_scheme_character)) {
            origin.scheme = text::lowered(scheme);
            url.remove_prefix(colon + 1);
        }
    }
    if (url.starts_with("//")) {
        url.remove_prefix(2);
        origin.netloc = url.substr(0, url.find_first_of("/?#"));
    }
    return origin;
}

bool is_safe(std::string_view url, std::string_view host, bool require_https) {
    // Browsers take three slashes for two.
    if (url.starts_with("///")) {
        return false;
    }
    const Origin origin = origin_of(url);
    const bool opens = origin.netloc.find('[') != std::string_view::npos;
    const bool closes = origin.netloc.find(']') != std::string_view::npos;
    if (opens != closes || (origin.netloc.empty() && !origin.scheme.empty())) {
        return false;
    }
    // Browsers pass over control characters at the beginning.
    if (text::is_other_character(text::first_utf8_character(url).code_point)) {
        return false;
    }
    if (origin.netloc.empty()) {
        return true;
    }
    const std::string_view scheme =
        origin.scheme.empty() ? "http" : std::string_view(origin.scheme);
    return origin.netloc == host && (scheme == "https" || (scheme == "http" && !require_https));
}

std::string_view stripped(std::string_view url) {
    std::size_t end = 0;
    bool begun = false;
    std::size_t begin = url.size();
    for (std::size_t at = 0; at < url.size();) {
        const auto character = text::first_utf8_character(url.substr(at));
        if (!text::is_space(character.code_point)) {
            begin = begun ? begin : at;
            begun = true;
            end = at + character.size;
        }
        at += character.size;
    }
    return begun ? url.substr(begin, end - begin) : std::string_view();
}

} // namespace

bool url_has_allowed_host_and_scheme(
    std::string_view url, std::string_view host, bool require_https
) {
    url = stripped(url);
    if (url.empty() || !is_safe(url, host, require_https)) {
        return false;
    }
    // Browsers take a backslash for a slash.
    std::string slashes(url);
    std::replace(slashes.begin(), slashes.end(), '\\', '/');
    return is_safe(slashes, host, require_https);
}

} // namespace drf_messages::http
