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
std::optional<CursorLink> CursorPage::next() const {
    if (!has_next()) {
        return std::nullopt;
    }
    CursorLink link;
    if (positions.empty()) {
        link.token.position = next_position();
        link.exact = !link.token.position;
        return link;
    }
    // Where the direction changes and the cursor has an offset, the cursor's position is not that
    // of the next row.
    const auto compare =
        reverse() && cursor->offset != 0 ? std::optional(positions.back()) : next_position();
    link.token.offset = count_same(positions.rbegin(), positions.rend(), compare);
    const auto marker = positions.rbegin() + link.token.offset;
    if (marker != positions.rend()) {
        link.token.position = *marker;
    } else if (!has_previous()) {
        link.token.offset = page_size;
        link.exact = is_full();
    } else if (reverse()) {
        link.token.offset = 0;
        link.token.position = previous_position();
        link.exact = false;
    } else {
        link.token.offset = cursor->offset + page_size;
        link.token.position = previous_position();
    }
    return link;
}

// CursorPagination.get_previous_link
std::optional<CursorLink> CursorPage::previous() const {
    if (!has_previous()) {
        return std::nullopt;
    }
    CursorLink link;
    link.token.reverse = true;
    if (positions.empty()) {
        link.token.position = previous_position();
        link.exact = !link.token.position;
        return link;
    }
    const auto compare =
        !reverse() && cursor->offset != 0 ? std::optional(positions.front()) : previous_position();
    link.token.offset = count_same(positions.begin(), positions.end(), compare);
    const auto marker = positions.begin() + link.token.offset;
    if (marker != positions.end()) {
        link.token.position = *marker;
    } else if (!has_next()) {
        link.token.offset = page_size;
        link.exact = is_full();
    } else if (reverse()) {
        link.token.offset = cursor->offset + page_size;
        link.token.position = next_position();
    } else {
        link.token.offset = 0;
        link.token.position = next_position();
        link.exact = false;
    }
    return link;
}

} // namespace drf_messages::api
