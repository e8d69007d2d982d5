// SPDX-License-Identifier: MIT
// Where a login leads to: whatever is taken for safe keeps a browser on this host. The first byte
// says whether the request came over HTTPS.
#include "fuzz.hpp"
#include "http/safe_url.hpp"
#include "http/url.hpp"
#include "http/whitespace.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"

#include <algorithm>
#include <string>
#include <string_view>

using namespace drf_messages;

namespace {

constexpr std::string_view host = "messages.example";

struct Place {
    std::string scheme;
    std::string host;
};

bool is_slash(char c) {
    return c == '/' || c == '\\';
}

/// The host of what follows the slashes of a URL; empty for white space, which is none.
std::string host_of(std::string_view rest) {
    rest = rest.substr(0, rest.find_first_of("/\\?#"));
    rest = rest.substr(rest.rfind('@') + 1);
    const auto port = rest.find(':', rest.starts_with('[') ? rest.find(']') : 0);
    const auto host = text::percent_decode(text::lowered(rest.substr(0, port)), false);
    return std::string(http::strip(host));
}

/// Where a browser on a page of `base` goes for this Location: the URL standard's basic parser, as
/// far as it decides on scheme and host. https://url.spec.whatwg.org/#concept-basic-url-parser
Place followed(std::string location, const Place& base) {
    const auto dropped = [](char c) { return c == '\t' || c == '\n' || c == '\r'; };
    std::erase_if(location, dropped);
    std::string_view rest = location;
    while (!rest.empty() && static_cast<unsigned char>(rest.front()) <= ' ') {
        rest.remove_prefix(1);
    }
    const auto colon =
        rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
    std::string scheme = base.scheme;
    bool is_relative = true;
    if (colon != std::string_view::npos && rest[colon] == ':' && text::is_letter(rest.front())) {
        scheme = text::lowered(rest.substr(0, colon));
        rest.remove_prefix(colon + 1);
        is_relative = scheme == base.scheme;
        if (scheme != "http" && scheme != "https") {
            return {scheme, ""};
        }
    }
    const auto slashes = static_cast<std::size_t>(
        std::find_if_not(rest.begin(), rest.end(), is_slash) - rest.begin()
    );
    if (is_relative && slashes < 2) {
        return base;
    }
    return {scheme, host_of(rest.substr(slashes))};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const bool https = data[0] % 2 == 1;
    const Place base{https ? "https" : "http", std::string(host)};
    const auto url = fuzz::text(data + 1, size - 1);
    if (!http::url_has_allowed_host_and_scheme(url, host, https)) {
        return 0;
    }
    fuzz::require(http::url_has_allowed_host_and_scheme(url, host, false));
    const auto place = followed(http::iri_to_uri(url), base);
    // "//" has no host, and "// " none that may be: a browser goes nowhere
    fuzz::require(place.host == host || place.host.empty());
    fuzz::require(place.scheme == "https" || (place.scheme == "http" && !https));
    return 0;
}
