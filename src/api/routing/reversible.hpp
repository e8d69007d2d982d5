// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// A regular expression read backwards: the text that it stands for, with holes for its named
/// groups. What may be absent is left out, of a class of characters the first is taken.
/// - Django: django/utils/regex_helper.py, normalize.
class Reversible {
public:
    /// Absent for an expression with alternatives or unnamed groups, outside of named ones.
    static std::optional<Reversible> parse(std::string_view expression);

    /// The text with `kwargs` in the holes, which are taken out of `kwargs`. Absent when one is
    /// missing.
    std::optional<std::string> fill(std::map<std::string, std::string>& kwargs) const;

private:
    struct Piece {
        std::string literal;
        std::string parameter;
        std::vector<Piece> group;
        bool optional = false;

        bool has_parameter() const;
        bool has_all(const std::map<std::string, std::string>& kwargs) const;
    };
    class Parser;

    static bool append(
        std::string& text,
        const std::vector<Piece>& pieces,
        std::map<std::string, std::string>& kwargs,
        std::vector<std::string>& used
    );

    std::vector<Piece> pieces_;
};

} // namespace drf_messages::api
