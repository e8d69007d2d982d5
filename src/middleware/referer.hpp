// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// What the CSRF check needs of a Referer.
struct Referer {
    std::string scheme; ///< lower case
    std::string netloc; ///< host and port as sent
    std::string url;    ///< the whole, as Python's geturl() puts it together again
};

/// Python's urllib.parse.urlparse; absent where that refuses the text (brackets that do not match).
std::optional<Referer> parse_referer(std::string_view text);

} // namespace drf_messages::middleware
