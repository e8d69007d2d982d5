// SPDX-License-Identifier: MIT
#pragma once

#include "text/datetime.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace drf_messages::django {

/// A pickle longer than this is not read, and one that would be longer if every shared reference
/// were written out only in part.
inline constexpr std::size_t pickle_limit_bytes = 4 * 1024 * 1024;
/// More values than this, shared ones counted as often as they appear, are refused.
inline constexpr std::size_t pickle_limit_values = 200'000;

/// Reads Python's pickle, protocols 0 to 5, of plain data: dict, list, tuple, set, str, int, float,
/// bool, None, bytes, datetime and date. Builds nothing else and calls nothing. What pickle.loads
/// refuses is absent. A pickle of more than pickle_limit_bytes is too_large_to_read(). Bytes after
/// the end are ignored, as Python does.
///
/// Values that JSON has become JSON, with lone surrogates and large whole numbers as
/// parse_python_json keeps them. Any other value becomes an object with one member, whose name
/// begins with the byte FF and so is not text, or such a member beside the others (the pairs of a
/// dict whose keys are not text). write_pickle gives it back; nothing else should look inside.
///
/// In a dict, what is none of these (an object of any other class, a class, a function) is skipped:
/// is_foreign() says so of the value in its place, and skipped_classes() of the dict, which can
/// then not be written. Anything but a dict is absent if it holds such a thing. A dict with cycles,
/// nesting deeper than Python writes, or more than pickle_limit_values is read so that whatever in
/// it holds other values is skipped; anything but a dict is absent then too.
std::optional<boost::json::value> read_pickle(std::string_view pickle);

/// Whether the value stands for one that was skipped.
bool is_foreign(const boost::json::value& value);

/// The most classes that are named.
inline constexpr std::size_t most_skipped_classes = 5;

/// The classes of what was skipped in a dict that read_pickle returned, in alphabetical order and
/// separated by commas, in ASCII: "decimal.Decimal, uuid.UUID". Of what is too large "more than
/// 4 MB". Empty when it is complete.
std::string skipped_classes(const boost::json::object& dict);

/// What stands for a value that is too large to be read, as a dict of which everything was skipped.
boost::json::object too_large_to_read();
bool is_too_large_to_read(const boost::json::object& dict);

/// Python's pickle.dumps(value, protocol): the same bytes, except where Python shares one object
/// between two places. Throws std::logic_error for a value from which something was skipped.
/// - protocol: 2 to 5.
std::string write_pickle(const boost::json::value& value, int protocol);

/// The datetime.datetime that a pickle contained here; absent for any other value.
std::optional<text::CivilTime> python_datetime(const boost::json::value& value);

} // namespace drf_messages::django
