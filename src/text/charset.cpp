// SPDX-License-Identifier: MIT
#include "text/charset.hpp"

#include "text/ascii.hpp"
#include "text/charset_rows.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace drf_messages::text {
namespace {

using Kind = CharsetKind;

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

iconv_t opened(const char* charset) {
    return ::iconv_open("UTF-8", charset);
}

bool is_open(iconv_t converter) {
    // iconv_open() says "none" by a pointer that is none.
    return converter != reinterpret_cast<iconv_t>(-1); // NOLINT(performance-no-int-to-ptr)
}

/// encodings.normalize_encoding(): lower case, whatever is no letter, digit or dot as one "_".
std::string normalised(std::string_view name) {
    std::string result;
    bool between = false;
    for (const char c : name) {
        if (!is_alphanumeric(c) && c != '.') {
            between = true;
            continue;
        }
        if (between && !result.empty()) {
            result += '_';
        }
        between = false;
        result += lower(c);
    }
    return result;
}

/// The number of a code unit at the beginning of `bytes`.
char32_t unit(std::string_view bytes, std::size_t size, bool low_first) {
    char32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value << 8 | static_cast<unsigned char>(bytes[low_first ? size - 1 - i : i]);
    }
    return value;
}

bool is_surrogate(char32_t code_point) {
    return code_point >= 0xD800 && code_point <= 0xDFFF;
}

/// The name that the errors of a charset give it.
std::string_view codec_name(const CharsetRow& row) {
    switch (row.kind) {
    case Kind::utf8:
    case Kind::utf8_sig:
        return "utf-8";
    case Kind::utf16:
    case Kind::utf16_le:
        return "utf-16-le";
    case Kind::utf16_be:
        return "utf-16-be";
    case Kind::utf32:
    case Kind::utf32_le:
        return "utf-32-le";
    case Kind::utf32_be:
        return "utf-32-be";
    case Kind::single_byte:
        return "charmap";
    case Kind::ascii:
    case Kind::latin1:
    case Kind::multi_byte:
        break;
    }
    return row.name();
}

/// What Python makes of a character of iconv's.
char32_t of_python(const CharsetRow& row, char32_t character) {
    for (std::size_t i = 0; i + 1 < row.python.size(); i += 2) {
        if (row.python[i] == character) {
            return row.python[i + 1];
        }
    }
    return character;
}

} // namespace

struct Decoder::Broken {
    std::size_t at;
    std::size_t size; ///< bytes that become one U+FFFD
    std::string_view why;
    bool cut_off = false; ///< more bytes might make it a character
};

/// How bytes are read behind their byte order mark.
struct Decoder::Begun {
    const CharsetRow& row;
    std::size_t mark;
};

Charset::Charset() : row_(&utf8_row()) {}

std::optional<Charset> Charset::find(std::string_view name) {
    std::string normal = normalised(name);
    const CharsetRow* row = find_row(normal);
    if (row == nullptr) {
        // An alias may be written so, Python's own name for it not.
        std::replace(normal.begin(), normal.end(), '.', '_');
        row = find_row(normal);
        if (row == nullptr || row->name() == normal) {
            return std::nullopt;
        }
    }
    if (row->iconv != nullptr) {
        // A minimal system may lack the tables.
        const iconv_t converter = opened(row->iconv);
        if (!is_open(converter)) {
            return std::nullopt;
        }
        ::iconv_close(converter);
    }
    return Charset(*row);
}

bool is_codec_of_no_text(std::string_view name) {
    constexpr std::string_view names =
        " base64 base64_codec base_64 bz2 bz2_codec hex hex_codec quopri quopri_codec "
        "quotedprintable quoted_printable rot13 rot_13 undefined uu uu_codec zip zlib zlib_codec ";
    return names.find(' ' + normalised(name) + ' ') != std::string_view::npos;
}

bool Charset::is_utf8() const noexcept {
    return row_->kind == Kind::utf8;
}

void Decoder::Closer::operator()(void* converter) const noexcept {
    ::iconv_close(converter);
}

Decoder::Decoder(Charset charset) : row_(charset.row_) {
    if (row_->iconv == nullptr) {
        return;
    }
    const iconv_t converter = opened(row_->iconv);
    if (!is_open(converter)) {
        return; // every byte is broken then
    }
    converter_.reset(converter);
    if (row_->kind != Kind::single_byte) {
        return;
    }
    // Byte by byte: iconv joins a letter and the accent behind it.
    table_.resize(256);
    for (std::size_t byte = 0; byte < table_.size(); ++byte) {
        const char text = static_cast<char>(byte);
        const char32_t python = of_python(*row_, static_cast<char32_t>(byte));
        if (python != byte) {
            append_utf8(table_[byte], python);
        } else if (append_converted(table_[byte], {&text, 1})) {
            table_[byte].clear();
        }
    }
}

Decoder::Begun Decoder::begin(std::string_view bytes) const {
    switch (row_->kind) {
    case Kind::utf8_sig:
        return {utf8_row(), bytes.starts_with(utf8_mark) ? utf8_mark.size() : 0};
    case Kind::utf16:
    case Kind::utf32: {
        const bool is_16 = row_->kind == Kind::utf16;
        const std::size_t size = is_16 ? 2 : 4;
        const auto begins = [&](bool low_first) {
            return bytes.size() >= size && unit(bytes, size, low_first) == 0xFEFF;
        };
        const bool high_first = begins(false);
        return {
            high_first ? row_of(is_16 ? Kind::utf16_be : Kind::utf32_be)
                       : row_of(is_16 ? Kind::utf16_le : Kind::utf32_le),
            high_first || begins(true) ? size : 0};
    }
    default:
        return {*row_, 0};
    }
}

void Decoder::append_replaced(std::string& out, std::string_view bytes) const {
    const Begun begun = begin(bytes);
    bytes.remove_prefix(begun.mark);
    if (begun.row.kind == Kind::utf8) {
        out += utf8_or_replacement(bytes);
        return;
    }
    while (const auto broken = append(begun.row, out, bytes)) {
        out += replacement;
        bytes.remove_prefix(broken->at + broken->size);
    }
}

std::string Decoder::replaced(std::string_view bytes) const {
    std::string out;
    out.reserve(bytes.size());
    append_replaced(out, bytes);
    return out;
}

std::optional<std::string> Decoder::decoded(std::string_view bytes) const {
    const Begun begun = begin(bytes);
    std::string out;
    out.reserve(bytes.size());
    if (append(begun.row, out, bytes.substr(begun.mark))) {
        return std::nullopt;
    }
    return out;
}

Decoder::Read Decoder::read(std::string_view bytes, std::string& kept) const {
    const Begun begun = begin(bytes);
    const bool is_utf8 = begun.row.kind == Kind::utf8;
    if (row_->kind == Kind::utf8_sig && bytes.size() < utf8_mark.size() &&
        utf8_mark.starts_with(bytes)) {
        return {{}, {}};
    }
    std::string_view behind_mark = bytes.substr(begun.mark);
    auto broken =
        is_utf8 && is_valid_utf8(behind_mark) ? std::nullopt : append(begun.row, kept, behind_mark);
    if (broken && (!broken->cut_off || begun.row.kind == Kind::multi_byte)) {
        // Python counts the bytes of UTF-8 behind the mark.
        const std::size_t at = broken->at + (is_utf8 ? 0 : begun.mark);
        const std::string_view codec = codec_name(begun.row);
        return {
            {},
            broken->size == 1 ? fmt::format(
                                    "'{}' codec can't decode byte 0x{:02x} in position {}: {}",
                                    codec,
                                    static_cast<unsigned char>(behind_mark[broken->at]),
                                    at,
                                    broken->why
                                )
                              : fmt::format(
                                    "'{}' codec can't decode bytes in position {}-{}: {}",
                                    codec,
                                    at,
                                    at + broken->size - 1,
                                    broken->why
                                )};
    }
    const bool wants_mark = row_->kind == Kind::utf16 || row_->kind == Kind::utf32;
    if (wants_mark && begun.mark == 0 && !kept.empty()) {
        return {
            {},
            fmt::format(
                "UTF-{} stream does not start with BOM", row_->kind == Kind::utf16 ? 16 : 32
            )};
    }
    if (is_utf8) {
        return {behind_mark.substr(0, broken ? broken->at : behind_mark.size()), {}};
    }
    return {kept, {}};
}

/// Appends what stands before the first broken part.
std::optional<Decoder::Broken>
Decoder::append(const CharsetRow& row, std::string& out, std::string_view bytes) const {
    std::size_t at = 0;
    const auto broken = [&at](std::size_t size, std::string_view why, bool cut_off = false) {
        return Broken{at, size, why, cut_off};
    };
    switch (row.kind) {
    case Kind::latin1:
        out += latin1_to_utf8(bytes);
        return std::nullopt;
    case Kind::single_byte:
        return append_by_table(out, bytes);
    case Kind::multi_byte:
        return append_converted(out, bytes);
    case Kind::ascii:
        for (; at < bytes.size(); ++at) {
            if (static_cast<unsigned char>(bytes[at]) >= 0x80) {
                return broken(1, "ordinal not in range(128)");
            }
            out += bytes[at];
        }
        return std::nullopt;
    case Kind::utf8:
    case Kind::utf8_sig:
        while (at < bytes.size()) {
            const auto lead = static_cast<unsigned char>(bytes[at]);
            const auto character = first_utf8_character(bytes.substr(at));
            if (!character.valid && (lead < 0xC2 || lead > 0xF4)) {
                return broken(1, "invalid start byte");
            }
            if (!character.valid && at + character.size == bytes.size()) {
                return broken(character.size, "unexpected end of data", true);
            }
            if (!character.valid) {
                return broken(character.size, "invalid continuation byte");
            }
            out += bytes.substr(at, character.size);
            at += character.size;
        }
        return std::nullopt;
    case Kind::utf16:
    case Kind::utf16_le:
    case Kind::utf16_be: {
        const bool low_first = row.kind != Kind::utf16_be;
        while (at < bytes.size()) {
            const std::string_view rest = bytes.substr(at);
            if (rest.size() < 2) {
                return broken(rest.size(), "truncated data", true);
            }
            char32_t character = unit(rest, 2, low_first);
            std::size_t size = 2;
            if (is_surrogate(character)) {
                if (character >= 0xDC00) {
                    return broken(2, "illegal encoding");
                }
                if (rest.size() < 4) {
                    return broken(rest.size(), "unexpected end of data", true);
                }
                const char32_t second = unit(rest.substr(2), 2, low_first);
                if (second < 0xDC00 || second > 0xDFFF) {
                    return broken(2, "illegal UTF-16 surrogate");
                }
                character = 0x10000 + ((character - 0xD800) << 10) + (second - 0xDC00);
                size = 4;
            }
            append_utf8(out, character);
            at += size;
        }
        return std::nullopt;
    }
    case Kind::utf32:
    case Kind::utf32_le:
    case Kind::utf32_be:
        for (; at < bytes.size(); at += 4) {
            const std::string_view rest = bytes.substr(at);
            if (rest.size() < 4) {
                return broken(rest.size(), "truncated data", true);
            }
            const char32_t character = unit(rest, 4, row.kind != Kind::utf32_be);
            if (is_surrogate(character)) {
                return broken(4, "code point in surrogate code point range(0xd800, 0xe000)");
            }
            if (character > 0x10FFFF) {
                return broken(4, "code point not in range(0x110000)");
            }
            append_utf8(out, character);
        }
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Decoder::Broken>
Decoder::append_by_table(std::string& out, std::string_view bytes) const {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto byte = static_cast<unsigned char>(bytes[at]);
        if (byte >= table_.size() || table_[byte].empty()) {
            return Broken{at, 1, "character maps to <undefined>"};
        }
        out += table_[byte];
    }
    return std::nullopt;
}

std::optional<Decoder::Broken>
Decoder::append_converted(std::string& out, std::string_view bytes) const {
    if (bytes.empty()) {
        return std::nullopt;
    }
    if (!converter_) {
        return Broken{0, 1, "illegal multibyte sequence"};
    }
    constexpr auto failed = static_cast<std::size_t>(-1);
    std::array<char, 4096> buffer; // NOLINT(*-member-init): iconv fills it
    const auto convert = [&](char** from, std::size_t* left) {
        char* to = buffer.data();
        std::size_t room = buffer.size();
        const std::size_t result = ::iconv(converter_.get(), from, left, &to, &room);
        const int error = result == failed ? errno : 0;
        std::string_view some(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
        if (row_->python.empty() || row_->kind == Kind::single_byte) {
            out += some;
            return error;
        }
        while (!some.empty()) {
            const auto character = first_utf8_character(some);
            append_utf8(out, of_python(*row_, character.code_point));
            some.remove_prefix(character.size);
        }
        return error;
    };
    // iconv only reads what it converts.
    char* from = const_cast<char*>(bytes.data()); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    std::size_t left = bytes.size();
    int error = E2BIG;
    while (error == E2BIG) {
        error = convert(&from, &left);
    }
    // The last character may still wait for an accent; and the next bytes begin anew.
    convert(nullptr, nullptr);
    if (error == 0) {
        return std::nullopt;
    }
    const std::size_t at = bytes.size() - left;
    return error == EINVAL ? Broken{at, left, "incomplete multibyte sequence", true}
                           : Broken{at, 1, "illegal multibyte sequence"};
}

} // namespace drf_messages::text
