// SPDX-License-Identifier: MIT
#pragma once

#include "openapi/components.hpp"
#include "openapi/endpoints.hpp"

#include <string>
#include <vector>

// Pages that REST framework has no part in, such as logging in.

namespace drf_messages::openapi {

std::vector<std::string> page_methods(const Endpoint& endpoint);
std::string page_description(const Endpoint& endpoint, const std::string& method);
/// Adds what is sent and answered.
void complete_page(
    const Settings& settings, const Endpoint& endpoint, const std::string& method, Value& operation
);

} // namespace drf_messages::openapi
