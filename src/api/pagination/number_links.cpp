// SPDX-License-Identifier: MIT
#include "api/pagination/number_links.hpp"

#include <algorithm>
#include <set>

namespace drf_messages::api {
namespace {

constexpr std::int64_t most_without_gaps = 5;

std::set<std::int64_t> shown_numbers(std::int64_t current, std::int64_t final) {
    std::set<std::int64_t> numbers{1, final};
    const auto add = [&](std::int64_t first, std::int64_t last) {
        for (auto number = std::max<std::int64_t>(first, 1); number <= std::min(last, final);
             ++number) {
            numbers.insert(number);
        }
    };
    if (final <= most_without_gaps) {
        add(1, final);
    }
    add(current - 1, current + 1);
    // A gap of one page would be no shorter than its number.
    if (current <= 4) {
        add(2, 3);
    }
    if (current >= final - 3) {
        add(final - 2, final - 1);
    }
    return numbers;
}

} // namespace

std::vector<NumberLink> number_links(
    std::int64_t current,
    std::int64_t final,
    const std::function<std::string(std::int64_t number)>& url_of
) {
    std::vector<NumberLink> links;
    std::int64_t before = 0;
    for (const std::int64_t number : shown_numbers(current, final)) {
        if (number > before + 1) {
            links.emplace_back();
        }
        links.push_back({number, url_of(number), number == current});
        before = number;
    }
    return links;
}

} // namespace drf_messages::api
