// SPDX-License-Identifier: MIT
#pragma once

#include "text/text_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drf_messages::text {

/// How Python's json.dumps would write: REST framework's JSONRenderer settings.
struct JsonStyle {
    bool ascii = false;  ///< ensure_ascii: everything beyond ASCII as \uXXXX (UNICODE_JSON = False)
    bool compact = true; ///< separators "," and ":" instead of ", " and ": " (COMPACT_JSON)
    int indent = -1;     ///< below 0: one line; otherwise that many spaces a level (indent 0 still
                         ///< breaks lines, as Python does)
};

/// The name of an object's member. The compiler checks a literal and refuses one that would have to
/// be escaped.
class JsonName {
public:
    consteval JsonName(const char* literal) : text_(literal), plain_(true) {
        for (const char c : text_) {
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                throw "a literal name that needs escapes";
            }
        }
    }
    JsonName(std::string_view text) : text_(text) {}
    JsonName(const std::string& text) : text_(text) {}

    std::string_view text() const { return text_; }
    bool is_plain() const { return plain_; }

private:
    std::string_view text_;
    bool plain_ = false;
};

/// Writes JSON text piece by piece, byte for byte as Python's json module does. U+2028 and U+2029
/// are always escaped, as REST framework's renderer does. Begin and end must match; a key comes
/// before each value of an object, and there is one outermost value.
class JsonWriter {
public:
    explicit JsonWriter(JsonStyle style);

    void begin_object() { begin('{'); }
    void end_object() { end('}'); }
    void begin_array() { begin('['); }
    void end_array() { end(']'); }
    void key(JsonName name);
    void string(std::string_view utf8);
    /// A text of ASCII in which nothing has to be escaped, such as a time of day.
    void plain(std::string_view text);
    void integer(std::int64_t value);
    void boolean(bool value);
    void null();

    /// Makes room for about this many more bytes, so that a long text is not copied while it grows.
    void expect(std::size_t bytes) { out_.room(bytes); }

    /// The text; may be taken once, when it is complete.
    std::string take() { return out_.take(); }

private:
    /// What separates the next item from the previous one.
    enum class Before { nothing, first_of_container, comma };

    void before_item();
    void separate();
    void quoted(std::string_view utf8);
    void begin(char bracket);
    void end(char bracket);
    void new_line();

    JsonStyle style_;
    bool terse_; ///< only "," and ":" separate
    Before before_ = Before::nothing;
    std::size_t depth_ = 0;
    TextBuffer out_;
};

/// `utf8` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view utf8, bool ascii);

inline void JsonWriter::before_item() {
    if (!terse_) {
        separate();
    } else if (before_ == Before::comma) {
        out_.push_back(',');
    }
    before_ = Before::comma;
}

// Defined here so that a literal compiles to a few machine words.
inline void JsonWriter::key(JsonName name) {
    const std::string_view text = name.text();
    before_item();
    if (name.is_plain()) {
        char* const to = out_.room(text.size() + 3);
        *to = '"';
        text.copy(to + 1, text.size());
        to[text.size() + 1] = '"';
        to[text.size() + 2] = ':';
        out_.end_at(to + text.size() + 3);
    } else {
        quoted(text);
        out_.push_back(':');
    }
    // REST framework's compact style applies to single lines only: indented text always has ": ".
    if (!terse_) {
        out_.push_back(' ');
    }
    before_ = Before::nothing;
}

} // namespace drf_messages::text
