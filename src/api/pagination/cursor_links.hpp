// SPDX-License-Identifier: MIT
#pragma once

#include "api/pagination/cursor_token.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::api {

/// A link of REST framework's.
struct CursorLink {
    CursorToken token;
    /// Whether it leads to the row beside the page. Where it does not, rows share a position.
    bool exact = true;
};

/// A cursor page as REST framework sees it when it makes the links.
/// - REST framework: rest_framework/pagination.py, CursorPagination.paginate_queryset.
struct CursorPage {
    std::int64_t page_size = 0;
    std::optional<CursorToken> cursor;  ///< that the page was asked with, if any; not one of ours
    std::vector<std::string> positions; ///< of the page's messages, in the order they are shown
    /// of the row behind the page, in the direction of the cursor
    std::optional<std::string> following_position;

    /// Absent where there is no link.
    std::optional<CursorLink> next() const;
    std::optional<CursorLink> previous() const;

private:
    bool reverse() const { return cursor && cursor->reverse; }
    bool is_inside() const { return cursor && (cursor->position || cursor->offset > 0); }
    bool has_next() const { return reverse() ? is_inside() : following_position.has_value(); }
    bool has_previous() const { return reverse() ? following_position.has_value() : is_inside(); }
    bool is_full() const { return static_cast<std::int64_t>(positions.size()) == page_size; }
    std::optional<std::string> next_position() const;
    std::optional<std::string> previous_position() const;
};

} // namespace drf_messages::api
