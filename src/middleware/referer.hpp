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
/// - as_sent: urlsplit instead, from which geturl() makes the same URL even if it ends with ";".
std::optional<Referer> parse_referer(std::string_view text, bool as_sent = false);

} // namespace drf_messages::middleware
