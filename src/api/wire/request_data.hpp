// SPDX-License-Identifier: MIT
#pragma once

#include "api/wire/parsers.hpp"
#include "middleware/http_request.hpp"

#include <boost/json/value.hpp>

#include <vector>

namespace drf_messages::api {

/// The body of a request as its parser reads it: REST framework's request.data. A form is an object
/// of texts, in which a file is an array. JSON is as django::parse_python_json gives it.
/// - throws ApiError 415 for a body that no parser takes, 400 for one that its parser cannot read.
boost::json::value
request_data(middleware::HttpRequest& request, const std::vector<Parser>& parsers);

} // namespace drf_messages::api
