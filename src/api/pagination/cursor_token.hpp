// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/condition.hpp>
#include <drf_messages/time.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// What `?cursor=` carries: where the page begins. The first three members are REST framework's,
/// and so are the bytes of a token that has no others. A token with others is one of ours: it is
/// signed, and has neither an offset nor a position.
/// - REST framework: rest_framework/pagination.py, CursorPagination.decode_cursor and
///   encode_cursor.
struct CursorToken {
    std::int64_t offset = 0; ///< rows to skip from the position on, in the direction of the page
    bool reverse = false;    ///< the page before the position, not the one after it
    /// the first order field's value, as Python's str() writes it
    std::optional<std::string> position;

    /// The place of the message beside the page, as MessageQuery::behind has it; empty: the page is
    /// the first one, or with `reverse` the last.
    std::vector<FieldValue> behind;
    /// The moment for which "unread" counts while a client goes through these pages.
    std::optional<Timestamp> unread_as_of;

    bool is_ours() const { return !behind.empty() || unread_as_of; }
};

/// Writes tokens and reads them. Thread safe.
class CursorTokens {
public:
    /// - offset_cutoff: the greatest offset of a token; 0 is none.
    /// - secret_keys: SECRET_KEY and SECRET_KEY_FALLBACKS.
    CursorTokens(std::int64_t offset_cutoff, std::vector<std::string> secret_keys);

    /// Absent for what is no token: REST framework answers "Invalid cursor". So is one of ours that
    /// another hand has changed, or that belongs to another order.
    /// - order: of the list.
    std::optional<CursorToken> decode(std::string_view text, std::span<const OrderBy> order) const;
    std::string encode(const CursorToken& token, std::span<const OrderBy> order) const;

    /// Whether decode() reads the offset that encode() has written.
    bool keeps(std::int64_t offset) const {
        return offset_cutoff_ == 0 || offset <= offset_cutoff_;
    }

private:
    std::int64_t offset_cutoff_;
    std::vector<std::string> secret_keys_;
};

} // namespace drf_messages::api
