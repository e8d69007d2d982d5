// SPDX-License-Identifier: MIT
#include "text/json.hpp"

#include "text/utf8.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace drf_messages::text {
namespace {

// What to do with a byte: 0 copy it, 1 look at the character it begins, 2 it is DEL, otherwise the
// letter after the backslash ('u': four hex digits).
constexpr std::array<char, 256> byte_actions = [] {
    std::array<char, 256> actions{};
    for (std::size_t i = 0; i < 0x20; ++i)
        actions[i] = 'u';
    actions['\b'] = 'b';
    actions['\t'] = 't';
    actions['\n'] = 'n';
    actions['\f'] = 'f';
    actions['\r'] = 'r';
    actions['"'] = '"';
    actions['\\'] = '\\';
    for (std::size_t i = 0x80; i < 0x100; ++i)
        actions[i] = 1;
    actions[0x7F] = 2;
    return actions;
}();

constexpr std::uint64_t ones = 0x0101010101010101;

// Whether one of eight bytes is perhaps not to be copied.
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

template<class Word>
Word word_at(const char* bytes) {
    Word word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

// Whether all of it is surely to be copied.
bool is_plain(std::string_view text) {
    const char* const bytes = text.data();
    const std::size_t size = text.size();
    if (size >= 8) {
        // The last word may overlap the one before.
        bool special = is_special(word_at<std::uint64_t>(bytes + size - 8));
        for (std::size_t at = 0; at + 8 < size && !special; at += 8)
            special = is_special(word_at<std::uint64_t>(bytes + at));
        return !special;
    }
    if (size >= 4) {
        const std::uint64_t first = word_at<std::uint32_t>(bytes);
        const std::uint64_t last = word_at<std::uint32_t>(bytes + size - 4);
        return !is_special(first | last << 32);
    }
    std::uint64_t word = ones * ' ';
    for (std::size_t at = 0; at < size; ++at)
        word = word << 8 | static_cast<unsigned char>(bytes[at]);
    return !is_special(word);
}

// Between quotes, with room for `behind` bytes more: grows once.
void append_quoted(std::string& out, std::string_view plain, std::size_t behind) {
    const std::size_t begin = out.size() + 1;
    out.append(plain.size() + 2 + behind, '"');
    plain.copy(out.data() + begin, plain.size());
}

void append_hex_escape(std::string& out, unsigned code_unit) {
    constexpr char digits[] = "0123456789abcdef";
    const char escape[] = {
        '\\',
        'u',
        digits[code_unit >> 12 & 0x0F],
        digits[code_unit >> 8 & 0x0F],
        digits[code_unit >> 4 & 0x0F],
        digits[code_unit & 0x0F],
    };
    out.append(escape, sizeof escape);
}

void append_ascii(std::string& out, char32_t code_point) {
    if (code_point < 0x10000) {
        append_hex_escape(out, code_point);
    } else {
        append_hex_escape(out, 0xD800 + ((code_point - 0x10000) >> 10));
        append_hex_escape(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
    }
}

} // namespace
} // namespace drf_messages::text

void drf_messages::text::append_json_string(std::string& out, std::string_view utf8, bool ascii) {
    if (is_plain(utf8)) {
        append_quoted(out, utf8, 0);
        return;
    }
    out += '"';
    std::size_t copied = 0;
    std::size_t i = 0;
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
            out.append(utf8, copied, i - copied);
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
            out.append(utf8, copied, i - copied);
            if (ascii || separator)
                append_ascii(out, code_point);
            else
                append_utf8(out, code_point);
            copied = i += character.size;
            continue;
        }
        out.append(utf8, copied, i - copied);
        if (action == 'u') {
            append_hex_escape(out, static_cast<unsigned char>(c));
        } else {
            out += '\\';
            out += action;
        }
        copied = ++i;
    }
    out.append(utf8, copied, utf8.size() - copied);
    out += '"';
}

drf_messages::text::JsonWriter::JsonWriter(JsonStyle style) : style_(style) {
    out_.reserve(512);
}

void drf_messages::text::JsonWriter::expect(std::size_t bytes) {
    out_.reserve(out_.size() + bytes);
}

void drf_messages::text::JsonWriter::new_line() {
    out_ += '\n';
    out_.append(depth_ * static_cast<std::size_t>(style_.indent), ' ');
}

void drf_messages::text::JsonWriter::before_item() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (depth_ == 0)
        return;
    if (!empty_)
        out_ += ',';
    if (style_.indent >= 0)
        new_line();
    else if (!empty_ && !style_.compact)
        out_ += ' ';
    empty_ = false;
}

void drf_messages::text::JsonWriter::begin(char bracket) {
    before_item();
    out_ += bracket;
    ++depth_;
    empty_ = true;
}

void drf_messages::text::JsonWriter::end(char bracket) {
    --depth_;
    if (!empty_ && style_.indent >= 0)
        new_line();
    out_ += bracket;
    empty_ = false;
}

void drf_messages::text::JsonWriter::begin_object() {
    begin('{');
}

void drf_messages::text::JsonWriter::end_object() {
    end('}');
}

void drf_messages::text::JsonWriter::begin_array() {
    begin('[');
}

void drf_messages::text::JsonWriter::end_array() {
    end(']');
}

void drf_messages::text::JsonWriter::key(std::string_view name) {
    before_item();
    if (is_plain(name)) {
        append_quoted(out_, name, 1);
        out_.back() = ':';
    } else {
        append_json_string(out_, name, style_.ascii);
        out_ += ':';
    }
    // REST framework's compact style is one of single lines: indented text has ": " always.
    if (style_.indent >= 0 || !style_.compact)
        out_ += ' ';
    after_key_ = true;
}

void drf_messages::text::JsonWriter::string(std::string_view utf8) {
    before_item();
    append_json_string(out_, utf8, style_.ascii);
}

void drf_messages::text::JsonWriter::integer(std::int64_t value) {
    before_item();
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
}

void drf_messages::text::JsonWriter::boolean(bool value) {
    before_item();
    out_ += value ? "true" : "false";
}

void drf_messages::text::JsonWriter::null() {
    before_item();
    out_ += "null";
}

std::string drf_messages::text::JsonWriter::take() {
    return std::move(out_);
}
