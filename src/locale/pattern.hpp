// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace drf_messages::locale {

/// A text with holes for arguments.
class Pattern {
public:
    /// Words, or the number of the argument that stands there.
    using Piece = std::variant<std::string, std::size_t>;

    /// Each "{}" is a hole for the next argument.
    explicit Pattern(std::string_view text);
    explicit Pattern(std::vector<Piece> pieces) : pieces_(std::move(pieces)) {}

    /// How many arguments it has room for.
    std::size_t arguments() const;

    /// A hole without an argument stays "{}". What looks like a hole in an argument is none.
    std::string fill(std::span<const std::string> arguments) const;

private:
    std::vector<Piece> pieces_;
};

} // namespace drf_messages::locale
