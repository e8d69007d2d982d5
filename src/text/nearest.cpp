// SPDX-License-Identifier: MIT
#include "text/nearest.hpp"

#include "text/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace drf_messages::text {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min(
                {previous[j] + 1,
                 row[j - 1] + 1,
                 previous[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)}
            );
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(previous);
        previous.swap(row);
    }
    return previous[b.size()];
}

} // namespace

std::optional<std::string>
nearest(std::string_view name, const std::vector<std::string>& candidates) {
    static constexpr std::size_t longest_name = 200;
    if (name.size() > longest_name) {
        return std::nullopt;
    }
    const std::string wanted = lowered(name);
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t away = distance(wanted, lowered(candidate));
        if (away < best_distance) {
            best = candidate;
            best_distance = away;
        }
    }
    return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
    const auto best = nearest(name, candidates);
    return best ? "; did you mean " + *best + "?" : std::string();
}

} // namespace drf_messages::text
