// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace drf_messages::text {

/// How a charset's bytes are read.
enum class CharsetKind {
    utf8,
    utf8_sig, ///< utf8 behind a byte order mark, if there is one
    utf16,    ///< as its byte order mark says; without one the low byte first
    utf16_le,
    utf16_be,
    utf32,
    utf32_le,
    utf32_be,
    ascii,
    latin1,
    single_byte, ///< by a table, which iconv fills
    multi_byte,  ///< by iconv
};

struct CharsetRow {
    /// Python's name and its aliases, as encodings.normalize_encoding() writes them, with a blank
    /// between.
    std::string_view names;
    CharsetKind kind;
    const char* iconv = nullptr;
    /// Where Python differs from iconv, in pairs: a single byte, or a character of iconv's, and
    /// what Python makes of it.
    std::u32string_view python = {};

    std::string_view name() const { return names.substr(0, names.find(' ')); }
};

const CharsetRow& utf8_row();
/// The row of a kind that has only one.
const CharsetRow& row_of(CharsetKind kind);
/// The row of a normalised name; null when there is none.
const CharsetRow* find_row(std::string_view name);

} // namespace drf_messages::text
