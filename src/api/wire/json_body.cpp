// SPDX-License-Identifier: MIT
#include "api/wire/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace drf_messages::api {
namespace {

/// A little less than Python's own limit, which is no answer but an exception.
constexpr int max_depth = 900;

struct Refused {
    std::string why;
};

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

/// The body without a character that is cut off at its end, which a Python stream would wait for.
/// Throws Refused for other broken UTF-8, in the words of Python's codec.
std::string_view whole_characters(std::string_view body) {
    const auto refuse =
        [](std::string_view bytes, std::size_t at, std::size_t size, std::string_view why) {
            throw Refused{
                size == 1 ? fmt::format(
                                "'utf-8' codec can't decode byte 0x{:02x} in position {}: {}",
                                static_cast<unsigned char>(bytes[at]),
                                at,
                                why
                            )
                          : fmt::format(
                                "'utf-8' codec can't decode bytes in position {}-{}: {}",
                                at,
                                at + size - 1,
                                why
                            )};
        };
    std::size_t at = 0;
    while (at < body.size()) {
        const auto lead = static_cast<unsigned char>(body[at]);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        if (lead < 0xC2 || lead > 0xF4) {
            refuse(body, at, 1, "invalid start byte");
        }
        const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        for (std::size_t i = 1; i < size; ++i) {
            if (at + i == body.size()) {
                return body.substr(0, at);
            }
            const auto byte = static_cast<unsigned char>(body[at + i]);
            const bool overlong_or_too_large =
                i == 1 && ((lead == 0xE0 && byte < 0xA0) || (lead == 0xED && byte > 0x9F) ||
                           (lead == 0xF0 && byte < 0x90) || (lead == 0xF4 && byte > 0x8F));
            if (!is_continuation(body[at + i]) || overlong_or_too_large) {
                refuse(body, at, i, "invalid continuation byte");
            }
        }
        at += size;
    }
    return body;
}

/// Reads JSON without keeping any of it. Throws Refused.
class Scanner {
public:
    Scanner(std::string_view text, bool strict) : text_(text), strict_(strict) {}

    void document() {
        if (text_.starts_with("\xEF\xBB\xBF")) {
            refuse("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
        }
        skip_space();
        value(0);
        skip_space();
        if (at_ != text_.size()) {
            refuse("Extra data", at_);
        }
    }

private:
    [[noreturn]] void refuse(std::string_view why, std::size_t at) const {
        const auto before = text_.substr(0, at);
        const auto newline = before.rfind('\n');
        const auto line_begin = newline == std::string_view::npos ? 0 : newline + 1;
        throw Refused{fmt::format(
            "{}: line {} column {} (char {})",
            why,
            std::count(before.begin(), before.end(), '\n') + 1,
            characters(before.substr(line_begin)) + 1,
            characters(before)
        )};
    }

    static std::ptrdiff_t characters(std::string_view utf8) {
        return std::count_if(utf8.begin(), utf8.end(), [](char c) { return !is_continuation(c); });
    }

    /// NUL at the end, which no rule asks for.
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        const bool found = at_ < text_.size() && text_[at_] == c;
        at_ += found ? 1 : 0;
        return found;
    }

    bool take(std::string_view word) {
        const bool found = text_.substr(at_).starts_with(word);
        at_ += found ? word.size() : 0;
        return found;
    }

    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            ++at_;
        }
    }

    void value(int depth) {
        if (depth > max_depth) {
            refuse("Expecting value", at_);
        }
        if (take('"')) {
            string();
        } else if (take('{')) {
            object(depth);
        } else if (take('[')) {
            array(depth);
        } else if (!take("null") && !take("true") && !take("false") && !constant()) {
            number();
        }
    }

    bool constant() {
        for (const std::string_view name : {"NaN", "Infinity", "-Infinity"}) {
            if (take(name)) {
                if (strict_) {
                    throw Refused{fmt::format(
                        "Out of range float values are not JSON compliant: '{}'", name
                    )};
                }
                return true;
            }
        }
        return false;
    }

    void object(int depth) {
        skip_space();
        if (take('}')) {
            return;
        }
        do {
            skip_space();
            if (!take('"')) {
                refuse("Expecting property name enclosed in double quotes", at_);
            }
            string();
            skip_space();
            if (!take(':')) {
                refuse("Expecting ':' delimiter", at_);
            }
            skip_space();
            value(depth + 1);
            skip_space();
        } while (take(','));
        if (!take('}')) {
            refuse("Expecting ',' delimiter", at_);
        }
    }

    void array(int depth) {
        skip_space();
        if (take(']')) {
            return;
        }
        do {
            skip_space();
            value(depth + 1);
            skip_space();
        } while (take(','));
        if (!take(']')) {
            refuse("Expecting ',' delimiter", at_);
        }
    }

    /// What follows the opening quote.
    void string() {
        const auto begin = at_ - 1;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < 0x20) {
                refuse("Invalid control character at", at_);
            }
            ++at_;
            if (c == '"') {
                return;
            }
            if (c == '\\') {
                escape(begin);
            }
        }
        refuse("Unterminated string starting at", begin);
    }

    void escape(std::size_t begin) {
        if (at_ == text_.size()) {
            refuse("Unterminated string starting at", begin);
        }
        if (!take('u')) {
            if (std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
                refuse("Invalid \\escape", at_ - 1);
            }
            ++at_;
            return;
        }
        const auto digits = text_.substr(at_, 4);
        // Python wants something behind the digits, were it the closing quote.
        if (at_ + 4 >= text_.size() ||
            digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
            refuse("Invalid \\uXXXX escape", at_ - 1);
        }
        at_ += 4;
    }

    void number() {
        const auto begin = at_;
        take('-');
        if (!take('0') && !digits()) {
            refuse("Expecting value", begin);
        }
        const auto whole_end = at_;
        if (!take('.') || !digits()) {
            at_ = whole_end;
        }
        const auto fraction_end = at_;
        if ((!take('e') && !take('E')) || (void(take('+') || take('-')), !digits())) {
            at_ = fraction_end;
        }
    }

    bool digits() {
        const auto begin = at_;
        while (peek() >= '0' && peek() <= '9') {
            ++at_;
        }
        return at_ != begin;
    }

    std::string_view text_;
    bool strict_;
    std::size_t at_ = 0;
};

} // namespace

std::optional<std::string> json_body_error(std::string_view body, bool strict) {
    try {
        Scanner(whole_characters(body), strict).document();
    } catch (Refused& refused) {
        return std::move(refused.why);
    }
    return std::nullopt;
}

} // namespace drf_messages::api
