// SPDX-License-Identifier: MIT
#include "model/rate.hpp"

#include "text/ascii.hpp"

#include <charconv>
#include <system_error>

namespace drf_messages::model {
namespace {

/// Keeps sums of microseconds in range; nobody makes a billion requests a second.
constexpr std::int64_t most_requests = 1'000'000'000;

std::optional<std::chrono::seconds> period(char letter) {
    switch (letter) {
    case 's':
        return std::chrono::seconds(1);
    case 'm':
        return std::chrono::minutes(1);
    case 'h':
        return std::chrono::hours(1);
    case 'd':
        return std::chrono::hours(24);
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<Rate> Rate::parse(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || slash + 1 == text.size() ||
        text.find('/', slash + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    const auto duration = period(text[slash + 1]);
    std::string_view count = text::trimmed(text.substr(0, slash));
    if (count.starts_with('+')) {
        count.remove_prefix(1);
    }
    std::int64_t requests = 0;
    const auto* const last = count.data() + count.size();
    const auto [end, error] = std::from_chars(count.data(), last, requests);
    if (!duration || error != std::errc() || end != last || !text::is_digit(count.front()) ||
        requests > most_requests) {
        return std::nullopt;
    }
    return Rate{requests, *duration};
}

} // namespace drf_messages::model
