// SPDX-License-Identifier: MIT
#include "api/pagination/cursor_links.hpp"

namespace drf_messages::api {
namespace {

/// How many positions from `begin` on are the same as `compare`, and then as each other; at `end`
/// all of them are.
template<class Iterator>
std::int64_t count_same(Iterator begin, Iterator end, const std::optional<std::string>& compare) {
    std::int64_t count = 0;
    for (; begin != end && compare == *begin; ++begin) {
        ++count;
    }
    return count;
}

} // namespace

std::optional<std::string> CursorPage::next_position() const {
    return reverse() ? cursor->position : following_position;
}

std::optional<std::string> CursorPage::previous_position() const {
    return reverse() || !cursor ? following_position : cursor->position;
}

// CursorPagination.get_next_link
std::optional<CursorToken> CursorPage::next() const {
    if (!has_next()) {
        return std::nullopt;
    }
    CursorToken token;
    if (positions.empty()) {
        token.position = next_position();
        return token;
    }
    // Where the direction changes and the cursor has an offset, the cursor's position is not that
    // of the next row.
    const auto compare =
        reverse() && cursor->offset != 0 ? std::optional(positions.back()) : next_position();
    token.offset = count_same(positions.rbegin(), positions.rend(), compare);
    const auto marker = positions.rbegin() + token.offset;
    if (marker != positions.rend()) {
        token.position = *marker;
    } else if (!has_previous()) {
        token.offset = page_size;
    } else {
        token.offset = reverse() ? 0 : cursor->offset + page_size;
        token.position = previous_position();
    }
    return token;
}

// CursorPagination.get_previous_link
std::optional<CursorToken> CursorPage::previous() const {
    if (!has_previous()) {
        return std::nullopt;
    }
    CursorToken token;
    token.reverse = true;
    if (positions.empty()) {
        token.position = previous_position();
        return token;
    }
    const auto compare =
        !reverse() && cursor->offset != 0 ? std::optional(positions.front()) : previous_position();
    token.offset = count_same(positions.begin(), positions.end(), compare);
    const auto marker = positions.begin() + token.offset;
    if (marker != positions.end()) {
        token.position = *marker;
    } else if (!has_next()) {
        token.offset = page_size;
    } else {
        token.offset = reverse() ? cursor->offset + page_size : 0;
        token.position = next_position();
    }
    return token;
}

} // namespace drf_messages::api
