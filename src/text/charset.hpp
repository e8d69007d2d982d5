// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::text {

struct CharsetRow;

/// A charset that Python's codecs know, for text that somebody sends: UTF-8 unless it is found by
/// another name.
class Charset {
public:
    Charset();

    /// The charset of any name that Python's codecs.lookup() takes: "ISO-8859-1", "latin 1", "l1".
    /// Absent for a name that nothing has, and for the few that Python alone knows (utf-7, hz,
    /// idna, hex …).
    static std::optional<Charset> find(std::string_view name);

    bool is_utf8() const noexcept;

private:
    friend class Decoder;
    explicit Charset(const CharsetRow& row) : row_(&row) {}

    const CharsetRow* row_;
};

/// Whether the name is that of a codec of Python's that is none of text: "hex", "zip", "ROT-13".
/// - Python: Lib/encodings/aliases.py.
bool is_codec_of_no_text(std::string_view name);

/// Bytes of one charset as UTF-8, in the words and by the rules of Python's codecs. For one thread.
/// - Python: Objects/unicodeobject.c, Modules/cjkcodecs, Lib/codecs.py.
class Decoder {
public:
    explicit Decoder(Charset charset);

    /// Appends bytes.decode(charset, "replace"): each broken part becomes U+FFFD.
    void append_replaced(std::string& out, std::string_view bytes) const;
    std::string replaced(std::string_view bytes) const;

    /// bytes.decode(charset); absent when they are broken.
    std::optional<std::string> decoded(std::string_view bytes) const;

    /// What a Python stream of that charset reads: codecs.getreader(charset)(stream).read(). It
    /// waits for the rest of a character that is cut off at the end, and so leaves it out.
    struct Read {
        std::string_view text; ///< of the bytes themselves, or of `kept`
        std::string error;     ///< what the UnicodeError says; empty when there is none
    };
    /// - kept: holds the text where it is not part of `bytes`.
    Read read(std::string_view bytes, std::string& kept) const;

private:
    struct Broken;
    struct Begun;
    struct Closer {
        void operator()(void* converter) const noexcept;
    };

    Begun begin(std::string_view bytes) const;
    std::optional<Broken>
    append(const CharsetRow& row, std::string& out, std::string_view bytes) const;
    std::optional<Broken> append_by_table(std::string& out, std::string_view bytes) const;
    std::optional<Broken> append_converted(std::string& out, std::string_view bytes) const;

    const CharsetRow* row_;
    std::unique_ptr<void, Closer> converter_; ///< of iconv, for charsets of several bytes
    std::vector<std::string> table_;          ///< of a charset of single bytes; empty: undefined
};

} // namespace drf_messages::text
