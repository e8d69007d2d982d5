// SPDX-License-Identifier: MIT
#include "api/routing/reversible.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace drf_messages::api {

bool Reversible::Piece::has_parameter() const {
    return !parameter.empty() || std::any_of(group.begin(), group.end(), [](const Piece& p) {
        return p.has_parameter();
    });
}

bool Reversible::Piece::has_all(const std::map<std::string, std::string>& kwargs) const {
    return (parameter.empty() || kwargs.contains(parameter)) &&
           std::all_of(group.begin(), group.end(), [&](const Piece& p) {
               return p.optional || p.has_all(kwargs);
           });
}

class Reversible::Parser {
public:
    explicit Parser(std::string_view expression) : rest_(expression) {}

    /// False for an expression without a single text.
    bool sequence(std::vector<Piece>& out, bool in_group, int depth = 0) {
        if (depth > 32) {
            return false;
        }
        while (!rest_.empty()) {
            const char c = take();
            Piece piece;
            if (c == ')') {
                return in_group;
            }
            if (c == '|') {
                return false;
            }
            if (c == '^' || c == '$') {
                continue;
            }
            if (c == '\\') {
                if (rest_.empty()) {
                    return false;
                }
                const char escaped = take();
                if (std::string_view("AbBZz").find(escaped) != std::string_view::npos) {
                    continue;
                }
                piece.literal = stands_for(escaped);
            } else if (c == '[') {
                piece.literal = character_class();
            } else if (c == '(') {
                if (!group(piece, depth)) {
                    return false;
                }
            } else {
                piece.literal = c;
            }
            repeat(std::move(piece), out);
        }
        return !in_group;
    }

private:
    char take() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    static char stands_for(char escaped) {
        switch (escaped) {
        case 'd':
            return '0';
        case 'D':
        case 'S':
        case 'w':
            return 'x';
        case 's':
            return ' ';
        case 'W':
            return '!';
        default:
            return escaped;
        }
    }

    std::string character_class() {
        std::string first;
        bool begin = true;
        while (!rest_.empty()) {
            char c = take();
            if (c == ']' && !begin) {
                break;
            }
            if (c == '\\' && !rest_.empty()) {
                c = stands_for(take());
            }
            if (begin) {
                first = c;
            }
            begin = false;
        }
        return first;
    }

    bool group(Piece& piece, int depth) {
        if (rest_.starts_with("?:")) {
            rest_.remove_prefix(2);
            return sequence(piece.group, true, depth + 1);
        }
        if (rest_.starts_with("?P<") || rest_.starts_with("?P=")) {
            const bool reference = rest_[2] == '=';
            const auto end = rest_.find(reference ? ')' : '>');
            if (end == std::string_view::npos) {
                return false;
            }
            piece.parameter = rest_.substr(3, end - 3);
            rest_.remove_prefix(end + 1);
            return reference || skip_group();
        }
        if (rest_.starts_with('?')) {
            return skip_group(); // look-ahead, flags, a comment: no text
        }
        return false;
    }

    bool skip_group() {
        for (int open = 1; !rest_.empty();) {
            const char c = take();
            if (c == '\\' && !rest_.empty()) {
                take();
            } else if (c == '[') {
                character_class();
            } else if (c == '(') {
                ++open;
            } else if (c == ')' && --open == 0) {
                return true;
            }
        }
        return false;
    }

    /// Takes what quantifies `piece` and adds it as often as it must be there at least.
    void repeat(Piece piece, std::vector<Piece>& out) {
        std::size_t least = 1;
        if (rest_.starts_with('*') || rest_.starts_with('?')) {
            least = 0;
            take();
        } else if (rest_.starts_with('+')) {
            take();
        } else if (rest_.starts_with('{')) {
            if (const auto end = rest_.find('}'); end != std::string_view::npos) {
                least = 0;
                std::from_chars(rest_.data() + 1, rest_.data() + end, least);
                rest_.remove_prefix(end + 1);
            }
        } else {
            out.push_back(std::move(piece));
            return;
        }
        if (rest_.starts_with('?') || rest_.starts_with('+')) {
            take();
        }
        if (least == 0) {
            if (piece.has_parameter()) {
                piece.optional = true;
                out.push_back(std::move(piece));
            }
            return;
        }
        // A hole that is repeated is filled once.
        const auto times = piece.has_parameter() ? 1 : std::min<std::size_t>(least, 1024);
        out.insert(out.end(), times, piece);
    }

    std::string_view rest_;
};

std::optional<Reversible> Reversible::parse(std::string_view expression) {
    Reversible result;
    if (!Parser(expression).sequence(result.pieces_, false)) {
        return std::nullopt;
    }
    return result;
}

bool Reversible::append(
    std::string& text,
    const std::vector<Piece>& pieces,
    std::map<std::string, std::string>& kwargs,
    std::vector<std::string>& used
) {
    for (const auto& piece : pieces) {
        if (piece.optional && !piece.has_all(kwargs)) {
            continue;
        }
        if (!piece.parameter.empty()) {
            const auto found = kwargs.find(piece.parameter);
            if (found == kwargs.end()) {
                return false;
            }
            text += found->second;
            used.push_back(piece.parameter);
        }
        text += piece.literal;
        if (!append(text, piece.group, kwargs, used)) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> Reversible::fill(std::map<std::string, std::string>& kwargs) const {
    std::string text;
    std::vector<std::string> used;
    if (!append(text, pieces_, kwargs, used)) {
        return std::nullopt;
    }
    for (const auto& name : used) {
        kwargs.erase(name);
    }
    return text;
}

} // namespace drf_messages::api
