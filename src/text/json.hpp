// SPDX-License-Identifier: MIT
#pragma once

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

/// Writes JSON text piece by piece, byte for byte as Python's json module does. U+2028 and U+2029
/// are always escaped, as REST framework's renderer does. Begin and end must match; a key comes
/// before each value of an object.
class JsonWriter {
public:
    explicit JsonWriter(JsonStyle style);

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);
    void string(std::string_view utf8);
    void integer(std::int64_t value);
    void boolean(bool value);
    void null();

    /// Makes room for about so much more, so that a long text is not copied while it grows.
    void expect(std::size_t bytes);

    /// The text so far; taken once, when complete.
    std::string take();

private:
    void before_item();
    void begin(char bracket);
    void end(char bracket);
    void new_line();

    JsonStyle style_;
    std::string out_;
    std::size_t depth_ = 0;
    bool empty_ = true;      ///< the innermost container has no item yet
    bool after_key_ = false; ///< the next item is the value of the key just written
};

/// `utf8` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view utf8, bool ascii);

} // namespace drf_messages::text
