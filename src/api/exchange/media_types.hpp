// SPDX-License-Identifier: MIT
#pragma once

#include "http/media_type.hpp"
#include "model/releases.hpp"

namespace drf_messages::api {

/// How the site's Django reads the parameters of Accept.
http::MediaTypeRules media_type_rules(const model::Differences& differences) noexcept;

} // namespace drf_messages::api
