// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::api {

/// What `?cursor=` carries. The first three members are REST framework's, and so are the bytes of a
/// token that has no others; a token with `unread_as_of` is one of ours.
/// - REST framework: rest_framework/pagination.py, CursorPagination.decode_cursor and
///   encode_cursor.
struct CursorToken {
    std::int64_t offset = 0; ///< rows to skip from the position on, in the direction of the page
    bool reverse = false;    ///< the page before the position, not the one after it
    /// the first order field's value, as Python's str() writes it
    std::optional<std::string> position;

    /// The moment for which "unread" counts while a client goes through these pages.
    std::optional<Timestamp> unread_as_of;
    bool null_position = false; ///< the position is among the rows whose first order field is null
    bool from_other_side = false; ///< the offset counts against the direction of the page

    /// Absent for what is no token: REST framework answers "Invalid cursor".
    /// - offset_cutoff: the greatest offset of a token that is not ours; 0 is none.
    static std::optional<CursorToken> decode(std::string_view text, std::int64_t offset_cutoff);
    std::string encode() const;
};

} // namespace drf_messages::api
