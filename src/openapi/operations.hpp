// SPDX-License-Identifier: MIT
#pragma once

#include "openapi/components.hpp"
#include "openapi/endpoints.hpp"
#include "openapi/operation_ids.hpp"

#include <string>
#include <vector>

namespace drf_messages::openapi {

/// The methods that an endpoint answers, in the order of a Path Item Object.
std::vector<std::string> methods_of(const Endpoint& endpoint);

/// The Operation Object of one of them.
Value operation_of(
    Components& components,
    OperationIds& ids,
    const Settings& settings,
    const Endpoint& endpoint,
    const std::string& method
);

} // namespace drf_messages::openapi
