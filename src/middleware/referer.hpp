// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::middleware {

/// The parts of a Referer that the CSRF check needs.
struct Referer {
    std::string scheme; ///< lower case
    std::string netloc; ///< host and port as sent
    std::string url;    ///< the whole, as Python's geturl() puts it together again
};

/// Python's urllib.parse.urlparse; absent if that refuses the text (brackets that do not match).
std::optional<Referer> parse_referer(std::string_view text);

} // namespace drf_messages::middleware
