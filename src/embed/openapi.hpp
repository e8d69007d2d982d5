// SPDX-License-Identifier: MIT
#pragma once

#include "embed/site_parts.hpp"

#include <string>

namespace drf_messages::embed {

/// The OpenAPI document of a site, as JSON. Its database is not asked.
std::string openapi_json(const SiteParts& site);

} // namespace drf_messages::embed
