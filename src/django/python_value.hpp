// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace drf_messages::django {

// How boost::json::value holds values that Python has and JSON lacks: as an object with one member,
// whose name says which. No UTF-8 begins with the byte FF, so no name that was read is one of
// these.

inline constexpr char python_marker = '\xFF';

/// An array of the items.
inline constexpr std::string_view python_tuple = "\xFF:tuple";
inline constexpr std::string_view python_set = "\xFF:set";
inline constexpr std::string_view python_frozenset = "\xFF:frozenset";
/// A string of the bytes.
inline constexpr std::string_view python_bytes = "\xFF:bytes";
inline constexpr std::string_view python_bytearray = "\xFF:bytearray";
/// Python's own four bytes of a date.
inline constexpr std::string_view python_date = "\xFF:date";
/// An array: Python's own ten bytes of a datetime, and its tzinfo: null for none, true for
/// pytz.utc, the microseconds from UTC of a datetime.timezone, or these and its name in an array.
inline constexpr std::string_view python_datetime_tag = "\xFF:datetime";
/// In addition to the members whose keys are text: an array of the other keys, each with its value
/// in an array of two.
inline constexpr std::string_view python_other_keys = "\xFF:keys";

/// null: an object that was not built.
inline constexpr std::string_view python_foreign = "\xFF:foreign";
/// In addition to the members of the outermost dict: an array of the names of these objects'
/// classes. Null in a dict without members: it is too large, and nothing of it was read.
inline constexpr std::string_view python_skipped = "\xFF:skipped";

/// Python's recursion limit is 1000 frames, some of which are always in use.
inline constexpr int deepest_nesting = 900;
/// Python 3.11 refuses to read longer whole numbers as text.
inline constexpr std::size_t longest_integer_digits = 4'300;

/// Boost.JSON's string as the standard library's.
template<typename Text>
std::string_view python_text(const Text& text) {
    return {text.data(), text.size()};
}

/// The one member of an object that stands for a Python value; null for any other value.
inline const boost::json::key_value_pair* python_value(const boost::json::object& object) {
    if (object.size() != 1) {
        return nullptr;
    }
    const auto& member = *object.begin();
    const std::string_view name = python_text(member.key());
    const bool is_beside_others = name == python_other_keys || name == python_skipped;
    return name.starts_with(python_marker) && !is_beside_others ? &member : nullptr;
}

/// Whether it is a dict from which something was skipped: what must not be written.
inline bool is_incomplete(const boost::json::value& value) {
    const auto* const object = value.if_object();
    return object != nullptr && object->contains(python_skipped);
}

/// What comes with python_datetime_tag, in full seconds from UTC.
text::CivilTime civil_time(const boost::json::array& python_datetime);

/// As Django's DjangoJSONEncoder writes it: milliseconds, and Z for UTC.
std::string iso_datetime(const boost::json::array& python_datetime);
/// - state: the value of python_date.
std::string iso_date(std::string_view state);

} // namespace drf_messages::django
