// SPDX-License-Identifier: MIT
#include "middleware/referer.hpp"

#include <algorithm>

namespace drf_messages::middleware {
namespace {

bool is_scheme_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes what follows `mark` off the end of `url`.
std::string_view take_after(std::string_view& url, char mark, std::size_t from = 0) {
    const std::size_t at = url.find(mark, from);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view tail = url.substr(at + 1);
    url = url.substr(0, at);
    return tail;
}

} // namespace

std::optional<Referer> parse_referer(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') {
        text.remove_prefix(1);
    }
    std::string cleaned(text);
    std::erase_if(cleaned, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
    std::string_view url = cleaned;

    Referer referer;
    const std::size_t colon = url.find(':');
    if (colon != std::string_view::npos && colon > 0 && is_letter(url.front()) &&
        std::all_of(
            url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), is_scheme_character
        )) {
        referer.scheme = url.substr(0, colon);
        for (char& c : referer.scheme) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        url.remove_prefix(colon + 1);
    }
    if (url.starts_with("//")) {
        url.remove_prefix(2);
        const std::size_t end = std::min(url.size(), url.find_first_of("/?#"));
        referer.netloc = url.substr(0, end);
        url.remove_prefix(end);
        const bool opened = referer.netloc.find('[') != std::string::npos;
        if (opened != (referer.netloc.find(']') != std::string::npos)) {
            return std::nullopt;
        }
    }
    const std::string_view fragment = take_after(url, '#');
    const std::string_view query = take_after(url, '?');
    const std::size_t last_slash = url.rfind('/');
    const std::string_view parameters =
        take_after(url, ';', last_slash == std::string_view::npos ? 0 : last_slash);

    if (!referer.scheme.empty()) {
        referer.url.append(referer.scheme).append(":");
    }
    if (!referer.netloc.empty()) {
        referer.url.append("//").append(referer.netloc);
    }
    referer.url.append(url);
    const auto append = [&](char mark, std::string_view part) {
        if (!part.empty()) {
            referer.url.push_back(mark);
            referer.url.append(part);
        }
    };
    append(';', parameters);
    append('?', query);
    append('#', fragment);
    return referer;
}

} // namespace drf_messages::middleware
