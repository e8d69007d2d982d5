// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// A pickle longer than this is refused, and so is one whose text would be longer if every shared
/// reference were written out.
inline constexpr std::size_t pickle_limit_bytes = 4 * 1024 * 1024;
/// More values than this, shared ones counted as often as they appear, are refused.
inline constexpr std::size_t pickle_limit_values = 200'000;

/// Reads Python's pickle, protocols 0 to 5, of plain data: dict, list, tuple, set, str, int, float,
/// bool, None, bytes, datetime and date. Builds nothing else and calls nothing: any other opcode,
/// class or function makes the whole pickle absent, as do cycles, nesting deeper than Python
/// writes, and more than the limits above. Bytes after the end are ignored, as Python does.
///
/// Values that JSON has become JSON, with lone surrogates and large whole numbers as
/// parse_python_json keeps them. Any other value becomes an object with one member, whose name
/// begins with the byte FF and so is not text, or such a member beside the others (the pairs of a
/// dict whose keys are not text). write_pickle gives it back; nothing else should look inside.
std::optional<boost::json::value> read_pickle(std::string_view pickle);

/// Python's pickle.dumps(value, protocol): the same bytes, except where Python shares one object
/// between two places.
/// - protocol: 2 to 5.
std::string write_pickle(const boost::json::value& value, int protocol);

/// The datetime.datetime that a pickle contained here; absent for any other value.
std::optional<text::CivilTime> python_datetime(const boost::json::value& value);

} // namespace drf_messages::django
