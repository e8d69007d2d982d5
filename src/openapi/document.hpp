// SPDX-License-Identifier: MIT
#pragma once

#include "api/views/view_maker.hpp"

#include <drf_messages/rest/value.hpp>

#include <string>

namespace drf_messages::openapi {

/// The OpenAPI 3.1 document of a site: what the tables and classes say that route, filter,
/// serialize and refuse. It depends on the settings and the application's classes alone.
/// - maker: makes the site's views once more, to ask them.
rest::Value document(api::ViewMaker& maker);

/// As a file of JSON: lines, two spaces a level.
std::string to_json_lines(const rest::Value& value);

} // namespace drf_messages::openapi
