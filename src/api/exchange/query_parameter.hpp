// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/rest/value.hpp>

#include <string>

namespace drf_messages::api {

/// A query parameter, as whoever reads it describes it for the OpenAPI document.
struct QueryParameter {
    std::string name;
    std::string description;
    rest::Value schema;     ///< JSON schema: whatever is not answered 400 or 404 is valid under it
    bool by_commas = false; ///< a list in one text: "20,40"
};

} // namespace drf_messages::api
