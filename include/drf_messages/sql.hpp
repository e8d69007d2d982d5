// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/time.hpp>

#include <cstdint>
#include <string_view>
#include <variant>

namespace drf_messages {

/// A parameter of a statement: null, boolean, integer, number, text, or moment in UTC. Text is
/// borrowed: it must live until the call returns.
using SqlValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string_view, Timestamp>;

/// The current row of a running query; columns count from 0. Views live until the callback returns.
class DRF_MESSAGES_API SqlRow {
public:
    virtual ~SqlRow() = default;
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual bool boolean(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    /// The column as a moment in UTC; one beyond years 1 to 9999 as the nearest within. Throws
    /// DatabaseError if it does not contain one.
    virtual Timestamp timestamp(int column) const = 0;
    /// As timestamp(), but of what is no moment (SQLite's columns hold any text) the one beside
    /// which it is sorted. Not for null.
    virtual Timestamp nearest_timestamp(int column) const { return timestamp(column); }
};

} // namespace drf_messages
