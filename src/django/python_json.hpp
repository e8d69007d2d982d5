// SPDX-License-Identifier: MIT
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// Python's json.loads of a UTF-8 text: takes NaN, Infinity and lone surrogates, and the last of
/// duplicate keys. What Boost.JSON cannot hold is kept in a form from which write_python_json
/// restores it:
/// - a lone surrogate is three bytes (ED A0 80 to ED BF BF), which makes that text invalid UTF-8;
/// - a whole number beyond 64 bits is a string of the byte FF and its digits.
///
/// Absent when it is not JSON, or nested deeper than Python reads.
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
