// SPDX-License-Identifier: MIT
#pragma once

#include "text/charset.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace drf_messages::api {

/// The JSON of a request's body, as django::read_python_json keeps it. Throws ApiError 400 in the
/// words of Python's json module ("JSON parse error - Expecting value: line 1 column 1 (char 0)").
/// A character that is cut off at the end is left out.
/// - charset: of the body.
/// - most_keys: how many keys its objects may have together. Python knows no such limit, but what
/// it
///   compares keys by cannot be foreseen by whoever sends them.
/// - strict: refuse NaN and Infinity too, which Python otherwise takes.
/// - REST framework: parsers.py, JSONParser.
boost::json::value json_body(
    std::string_view body,
    bool strict,
    text::Charset charset = {},
    std::optional<std::size_t> most_keys = {}
);

} // namespace drf_messages::api
