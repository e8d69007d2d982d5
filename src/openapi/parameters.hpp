// SPDX-License-Identifier: MIT
#pragma once

#include "openapi/components.hpp"
#include "openapi/endpoints.hpp"

#include <string>

namespace drf_messages::openapi {

/// The Parameter Objects of an operation, by name: those of its path, and what its view reads of
/// the query.
Value parameters_of(const Endpoint& endpoint, const std::string& method);

/// Whether filter backends have a say in what an endpoint answers.
bool filters(const Endpoint& endpoint);
/// Whether it is a list, which may have pages.
bool lists(const Endpoint& endpoint);

} // namespace drf_messages::openapi
