// SPDX-License-Identifier: MIT
#pragma once

#include "api/tables/fields.hpp"
#include "api/wire/parsers.hpp"
#include "middleware/http_request.hpp"

#include <boost/json/value.hpp>

#include <span>
#include <vector>

namespace drf_messages::api {

/// The body of a request as its parser reads it: REST framework's request.data. A form is an object
/// of texts, in which a file is an array. JSON is as django::parse_python_json gives it.
/// - fields: those of them that are lists gather what a form says of them more than once.
/// - throws ApiError 415 for a body that no parser takes, 400 for one that its parser cannot read.
boost::json::value request_data(
    middleware::HttpRequest& request,
    const std::vector<Parser>& parsers,
    std::span<const FieldSpec> fields = {}
);

} // namespace drf_messages::api
