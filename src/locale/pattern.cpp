// SPDX-License-Identifier: MIT
#include "locale/pattern.hpp"

#include <algorithm>

namespace drf_messages::locale {
namespace {

constexpr std::string_view hole = "{}";

} // namespace

Pattern::Pattern(std::string_view text) {
    std::size_t argument = 0;
    for (auto at = text.find(hole); at != std::string_view::npos; at = text.find(hole)) {
        pieces_.emplace_back(std::string(text.substr(0, at)));
        pieces_.emplace_back(argument++);
        text.remove_prefix(at + hole.size());
    }
    pieces_.emplace_back(std::string(text));
}

std::size_t Pattern::arguments() const {
    std::size_t count = 0;
    for (const Piece& piece : pieces_) {
        if (const auto* argument = std::get_if<std::size_t>(&piece)) {
            count = std::max(count, *argument + 1);
        }
    }
    return count;
}

std::string Pattern::fill(std::span<const std::string> arguments) const {
    std::string text;
    for (const Piece& piece : pieces_) {
        if (const auto* words = std::get_if<std::string>(&piece)) {
            text += *words;
        } else if (const auto argument = std::get<std::size_t>(piece);
                   argument < arguments.size()) {
            text += arguments[argument];
        } else {
            text += hole;
        }
    }
    return text;
}

} // namespace drf_messages::locale
