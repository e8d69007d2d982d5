// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/words.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace drf_messages::api {

/// What a number filter over an integer column makes of a parameter.
struct CleanedNumber {
    /// The number without its fraction; absent when it has an error, or does not fit into 64 bits.
    std::optional<std::int64_t> value;
    /// Of a valid number that does not fit: whether it is below all that do.
    bool negative = false;
    /// Why the form refuses it; empty when it is valid.
    Words error;
};

/// Decimal text of any script, with sign, fraction, exponent and underscores, at most 1e50.
/// - Django: forms/fields.py, DecimalField; django_filters/filters.py, NumberFilter; Python's
///   Decimal().
CleanedNumber clean_number(std::string_view text);

/// Nothing, or what clean_number() takes, in ASCII: as a regular expression, which knows few of the
/// numbers that have both many digits and an exponent.
inline constexpr std::string_view number_pattern =
    R"(^$|^\s*[+-]?([0-9](_?[0-9]){0,49}(\.[0-9_]*)?|\.[0-9][0-9_]*)\s*$)"
    R"(|^\s*[+-]?([0-9](_?[0-9]){0,40}(\.[0-9_]*)?|\.[0-9][0-9_]*)[eE](-[0-9][0-9_]{0,15}|\+?0?[0-9])\s*$)"
    R"(|^\s*[+-]?([0-9](\.[0-9_]*)?|\.[0-9][0-9_]*)[eE]\+?[1-4][0-9]\s*$)"
    R"(|^\s*[+-]?1(\.0*)?[eE]\+?50\s*$)";

} // namespace drf_messages::api
