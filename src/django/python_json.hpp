// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// Why Python's json module refuses a text.
/// - Python 3.11: Modules/_json.c, json/decoder.py.
struct JsonError {
    std::string reason;                    ///< "Expecting value"
    std::optional<std::size_t> position{}; ///< of the byte; absent where Python names no place

    /// "Expecting value: line 1 column 1 (char 0)".
    /// - text: what was read.
    std::string message(std::string_view text) const;
};

struct ReadJson {
    boost::json::value value{}; ///< of no meaning beside an error
    std::optional<JsonError> error{};
};

/// What becomes of NaN, Infinity and -Infinity, which JSON has not and Python takes.
enum class NonFinite { taken, refused };

/// Python's json.loads of a UTF-8 text: takes lone surrogates, and the last of duplicate keys. What
/// Boost.JSON cannot hold is kept in a form from which write_python_json restores it:
/// - a lone surrogate is three bytes (ED A0 80 to ED BF BF), which makes that text invalid UTF-8;
/// - a whole number beyond 64 bits is a string of the byte FF and its digits.
///
/// What is nested deeper than Python reads is refused too.
/// - most_keys: of all objects together; more are refused.
ReadJson read_python_json(
    std::string_view utf8, NonFinite non_finite, std::optional<std::size_t> most_keys = {}
);

/// The same for whoever does not ask why: NaN is taken, and absent is what is refused.
std::optional<boost::json::value> parse_python_json(std::string_view utf8);

/// Appends a code point as UTF-8; a surrogate becomes three bytes.
void append_python_utf8(std::string& out, char32_t code_point);

/// Python's json.dumps with separators "," and ":", ASCII only. What read_pickle made of values
/// that JSON lacks is written as Django's DjangoJSONEncoder would: a tuple or set as a list, a
/// datetime as text, and anything that it would refuse as null.
std::string write_python_json(const boost::json::object& object);

/// The same for any value, with Python's own separators ", " and ": ".
std::string write_spaced_python_json(const boost::json::value& value);

} // namespace drf_messages::django
