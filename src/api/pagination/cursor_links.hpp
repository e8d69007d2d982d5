// SPDX-License-Identifier: MIT
#pragma once

#include "api/pagination/cursor_token.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::api {

/// A cursor page as REST framework sees it when it makes the links.
/// - REST framework: rest_framework/pagination.py, CursorPagination.paginate_queryset.
struct CursorPage {
    std::int64_t page_size = 0;
    std::optional<CursorToken> cursor;  ///< that the page was asked with
    std::vector<std::string> positions; ///< of the page's messages, in the order they are shown
    /// of the row behind the page, in the direction of the cursor
    std::optional<std::string> following_position;

    /// Absent where there is no link. They repeat or skip rows where the original does: rows that
    /// share a position when the direction changes, or more of them than the offset may count.
    std::optional<CursorToken> next() const;
    std::optional<CursorToken> previous() const;

private:
    bool reverse() const { return cursor && cursor->reverse; }
    bool is_inside() const { return cursor && (cursor->position || cursor->offset > 0); }
    bool has_next() const { return reverse() ? is_inside() : following_position.has_value(); }
    bool has_previous() const { return reverse() ? following_position.has_value() : is_inside(); }
    std::optional<std::string> next_position() const;
    std::optional<std::string> previous_position() const;
};

} // namespace drf_messages::api
