// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace drf_messages::text {

/// A format of Python's datetime.strptime in C's locale, taken apart.
/// - CPython: Lib/_strptime.py.
class StrptimeFormat {
public:
    /// read() calls itself for each of them.
    static constexpr std::size_t most_items = 100;

    /// Absent for what only Python reads, weeks and names of zones (%U %W %G %V %Z), for a
    /// directive that stands there twice, at which Python fails, and for more than most_items. With
    /// a directive that Python does not have (%n) there is a format, and it reads nothing.
    static std::optional<StrptimeFormat> parse(std::string_view format);

    /// Whether it has a directive that Python does not have.
    bool reads_nothing() const noexcept { return reads_nothing_; }

    /// Absent where Python raises ValueError.
    std::optional<CivilTime> read(std::u32string_view text) const;

    /// A directive, white space, or a character that stands for itself, in lower case.
    struct Item {
        enum class Kind : unsigned char { directive, space, literal };
        Kind kind;
        char32_t character; ///< the directive's letter
    };

private:
    bool add(std::string_view format);

    std::vector<Item> items_;
    bool reads_nothing_ = false;
};

} // namespace drf_messages::text
