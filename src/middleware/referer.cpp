// SPDX-License-Identifier: MIT
#include "middleware/referer.hpp"

#include "http/url.hpp"

#include <cstddef>
#include <utility>

namespace drf_messages::middleware {

std::optional<Referer> parse_referer(std::string_view text, bool as_sent) {
    http::SplitUrl parts = http::split_url(text);
    const bool opened = parts.netloc.find('[') != std::string::npos;
    const bool closed = parts.netloc.find(']') != std::string::npos;
    if (opened != closed) {
        return std::nullopt;
    }
    // urlparse() takes what follows the last segment's first ";" off, geturl() puts it back: where
    // that is nothing, the ";" is lost.
    const std::size_t semicolon = parts.path.find(';', parts.path.rfind('/') + 1);
    if (!as_sent && semicolon != std::string::npos && semicolon + 1 == parts.path.size()) {
        parts.path.pop_back();
    }
    std::string url = http::unsplit_url(parts);
    return Referer{std::move(parts.scheme), std::move(parts.netloc), std::move(url)};
}

} // namespace drf_messages::middleware
