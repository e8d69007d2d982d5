// SPDX-License-Identifier: MIT
#pragma once

#include "text/charset.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace drf_messages::api {

/// The JSON of a request's body, as django::read_python_json keeps it. Throws ApiError 400 in the
/// words of Python's json module ("JSON parse error - Expecting value: line 1 column 1 (char 0)").
/// A character that is cut off at the end is left out.
/// - charset: of the body.
/// - strict: refuse NaN and Infinity too, which Python otherwise takes.
/// - REST framework: parsers.py, JSONParser.
boost::json::value json_body(std::string_view body, bool strict, text::Charset charset = {});

} // namespace drf_messages::api
