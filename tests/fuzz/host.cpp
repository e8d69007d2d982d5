// SPDX-License-Identifier: MIT
// What a request says of itself, a line each: its Host, a pattern of ALLOWED_HOSTS, its Referer and
// its path. A host that is taken is nothing but a host, and one that is allowed is in the pattern's
// domain.
#include "middleware/host.hpp"

#include "fuzz.hpp"
#include "middleware/referer.hpp"
#include "middleware/wsgi_path.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <string>
#include <string_view>

using namespace drf_messages;

namespace {

/// Cuts off the first line.
std::string_view next_line(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

void play_host(std::string_view header, std::string_view pattern) {
    const auto domain = middleware::host_domain(header);
    if (!domain) {
        return;
    }
    fuzz::require(!domain->empty() && text::lowered(header).starts_with(*domain));
    const bool is_address = domain->front() == '[';
    fuzz::require(std::all_of(domain->begin(), domain->end(), [&](char c) {
        return text::is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' ||
               (is_address ? c == ':' || c == '[' || c == ']' : c == '-');
    }));
    const auto rest = header.substr(domain->size());
    fuzz::require(rest.find_first_not_of(".:0123456789") == std::string_view::npos);
    fuzz::require(middleware::is_allowed_host(*domain, {"*"}));
    fuzz::require(!middleware::is_allowed_host(*domain, {}));
    const std::string wanted = text::lowered(pattern);
    if (wanted != "*" && middleware::is_allowed_host(*domain, {std::string(pattern)})) {
        const std::string_view whole = wanted;
        fuzz::require(
            *domain == whole ||
            (whole.starts_with('.') && (domain->ends_with(whole) || *domain == whole.substr(1)))
        );
    }
}

void play_path(std::string_view target) {
    const auto parts = middleware::split_target(target);
    fuzz::require(parts.path.find('?') == std::string_view::npos);
    const auto path = middleware::decode_path(parts.path);
    fuzz::require(!path.empty() && text::is_valid_utf8(path));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto rest = fuzz::text(data, size);
    const auto header = next_line(rest);
    const auto pattern = next_line(rest);
    play_host(header, pattern);
    const auto referer = middleware::parse_referer(next_line(rest));
    fuzz::require(!referer || referer->scheme == text::lowered(referer->scheme));
    play_path(rest);
    return 0;
}
