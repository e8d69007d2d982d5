// SPDX-License-Identifier: MIT
#include "text/json.hpp"

#include "text/utf8.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace drf_messages::text {
namespace {

// What to do with a byte: 0 copy it, 1 look at the character it begins, 2 it is DEL, otherwise the
// letter after the backslash ('u': four hex digits).
constexpr std::array<char, 256> byte_actions = [] {
    std::array<char, 256> actions{};
    for (std::size_t i = 0; i < 0x20; ++i) {
        actions[i] = 'u';
    }
    actions['\b'] = 'b';
    actions['\t'] = 't';
    actions['\n'] = 'n';
    actions['\f'] = 'f';
    actions['\r'] = 'r';
    actions['"'] = '"';
    actions['\\'] = '\\';
    for (std::size_t i = 0x80; i < 0x100; ++i) {
        actions[i] = 1;
    }
    actions[0x7F] = 2;
    return actions;
}();

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

// Sixteen bytes, which the processor compares at once.
using Bytes = signed char __attribute__((vector_size(16)));
using Words = std::uint64_t __attribute__((vector_size(16)));

// Whether one of sixteen bytes may have to be escaped.
bool is_any_special(Bytes bytes) {
    // Bytes beyond ASCII are negative, so that they are below a space too.
    const auto special = (bytes < ' ') | (bytes == '"') | (bytes == '\\') | (bytes == 0x7F);
    const auto words = reinterpret_cast<Words>(special);
    return (words[0] | words[1]) != 0;
}

constexpr std::uint64_t ones = 0x0101010101010101;

// Whether one of eight bytes may have to be escaped.
bool is_special(std::uint64_t word) {
    constexpr std::uint64_t highs = ones * 0x80;
    // The high bit of a byte of each: it is '"', it is '\\', it is below ' ', it is DEL or more. A
    // borrow can only make a byte that follows another special one look special.
    const std::uint64_t quote = word ^ (ones * '"');
    const std::uint64_t backslash = word ^ (ones * '\\');
    const std::uint64_t special = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
                                  ((word - ones * ' ') & ~word) | (word + ones) | word;
    return (special & highs) != 0;
}

// Copies as long as certainly nothing has to be escaped, and says whether that was the whole text.
[[gnu::always_inline]] inline bool copy_plain(char* to, std::string_view text) {
    const char* const bytes = text.data();
    const std::size_t size = text.size();
    const auto copy = [&]<class Word>(std::size_t at, Word) {
        Word word;
        std::memcpy(&word, bytes + at, sizeof word);
        std::memcpy(to + at, &word, sizeof word);
        return word;
    };
    if (size >= 16) {
        for (std::size_t at = 0; at + 16 < size; at += 16) {
            if (is_any_special(copy(at, Bytes{}))) {
                return false;
            }
        }
        // The last ones may overlap those before.
        return !is_any_special(copy(size - 16, Bytes{}));
    }
    if (size >= 8) {
        return !is_special(copy(0, std::uint64_t{})) &&
               !is_special(copy(size - 8, std::uint64_t{}));
    }
    if (size >= 4) {
        const std::uint64_t first = copy(0, std::uint32_t{});
        return !is_special(first | std::uint64_t{copy(size - 4, std::uint32_t{})} << 32);
    }
    std::uint64_t word = ones * ' ';
    for (std::size_t at = 0; at < size; ++at) {
        word = word << 8 | copy(at, std::uint8_t{});
    }
    return !is_special(word);
}

template<class Out>
void append_hex_escape(Out& out, unsigned code_unit) {
    constexpr char digits[] = "0123456789abcdef";
    const char escape[] = {
        '\\',
        'u',
        digits[code_unit >> 12 & 0x0F],
        digits[code_unit >> 8 & 0x0F],
        digits[code_unit >> 4 & 0x0F],
        digits[code_unit & 0x0F],
    };
    out.append(std::string_view(escape, sizeof escape));
}

template<class Out>
void append_ascii(Out& out, char32_t code_point) {
    if (code_point < 0x10000) {
        append_hex_escape(out, code_point);
    } else {
        append_hex_escape(out, 0xD800 + ((code_point - 0x10000) >> 10));
        append_hex_escape(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
    }
}

template<class Out>
void append_escaped(Out& out, std::string_view utf8, bool ascii) {
    std::size_t copied = 0;
    std::size_t i = 0;
    const auto copy_run = [&] { out.append(utf8.substr(copied, i - copied)); };
    while (i < utf8.size()) {
        const char c = utf8[i];
        const char action = byte_actions[static_cast<unsigned char>(c)];
        if (action == 0) {
            ++i;
            continue;
        }
        if (action == 2) {
            // Python's ensure_ascii leaves only space to tilde; DEL is the one plain byte beyond.
            if (!ascii) {
                ++i;
                continue;
            }
            copy_run();
            append_hex_escape(out, 0x7F);
            copied = ++i;
            continue;
        }
        if (action == 1) {
            const auto character = first_utf8_character(utf8.substr(i));
            const char32_t code_point = character.code_point;
            const bool separator = code_point == 0x2028 || code_point == 0x2029;
            if (!ascii && character.valid && !separator) {
                i += character.size;
                continue;
            }
            copy_run();
            if (ascii || separator) {
                append_ascii(out, code_point);
            } else {
                out.append(replacement);
            }
            copied = i += character.size;
            continue;
        }
        copy_run();
        if (action == 'u') {
            append_hex_escape(out, static_cast<unsigned char>(c));
        } else {
            out.push_back('\\');
            out.push_back(action);
        }
        copied = ++i;
    }
    copy_run();
}

} // namespace

void append_json_string(std::string& out, std::string_view utf8, bool ascii) {
    const std::size_t begin = out.size() + 1;
    out.append(utf8.size() + 2, '"');
    if (copy_plain(out.data() + begin, utf8)) {
        return;
    }
    out.resize(begin);
    append_escaped(out, utf8, ascii);
    out += '"';
}

JsonWriter::JsonWriter(JsonStyle style)
    : style_(style), terse_(style.compact && style.indent < 0) {}

void JsonWriter::new_line() {
    out_.push_back('\n');
    for (auto spaces = depth_ * static_cast<std::size_t>(style_.indent); spaces > 0; --spaces) {
        out_.push_back(' ');
    }
}

void JsonWriter::separate() {
    if (before_ == Before::nothing) {
        return;
    }
    if (before_ == Before::comma) {
        out_.push_back(',');
    }
    if (style_.indent >= 0) {
        new_line();
    } else if (before_ == Before::comma) {
        out_.push_back(' ');
    }
}

void JsonWriter::begin(char bracket) {
    before_item();
    out_.push_back(bracket);
    ++depth_;
    before_ = Before::first_of_container;
}

void JsonWriter::end(char bracket) {
    --depth_;
    if (before_ == Before::comma && style_.indent >= 0) {
        new_line();
    }
    out_.push_back(bracket);
    before_ = Before::comma;
}

void JsonWriter::quoted(std::string_view utf8) {
    char* const to = out_.room(utf8.size() + 2);
    *to = '"';
    if (copy_plain(to + 1, utf8)) {
        to[utf8.size() + 1] = '"';
        out_.end_at(to + utf8.size() + 2);
        return;
    }
    out_.end_at(to + 1);
    append_escaped(out_, utf8, style_.ascii);
    out_.push_back('"');
}

void JsonWriter::string(std::string_view utf8) {
    before_item();
    quoted(utf8);
}

void JsonWriter::plain(std::string_view text) {
    before_item();
    char* const to = out_.room(text.size() + 2);
    *to = '"';
    text.copy(to + 1, text.size());
    to[text.size() + 1] = '"';
    out_.end_at(to + text.size() + 2);
}

void JsonWriter::integer(std::int64_t value) {
    constexpr std::size_t most_digits = 20; // with the sign
    before_item();
    char* const to = out_.room(most_digits);
    out_.end_at(std::to_chars(to, to + most_digits, value).ptr);
}

void JsonWriter::boolean(bool value) {
    before_item();
    out_.append(value ? "true" : "false");
}

void JsonWriter::null() {
    before_item();
    out_.append("null");
}

} // namespace drf_messages::text
