// SPDX-License-Identifier: MIT
#pragma once

#include "api/wire/renderers.hpp"
#include "model/releases.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// The renderer that a request gets, and the media type that it asked for ("application/json;
/// indent=4").
struct Negotiated {
    const Renderer* renderer = nullptr;
    std::string media_type;
};

/// Chooses among `renderers`, which must outlive the result.
/// - format: of the path's suffix or the query; empty: none.
/// - accept: the Accept header; absent means anything.
/// - differences: of the site's releases.
/// - throws ApiError 404 for an unknown format, 406 when no renderer is acceptable.
/// - Django: rest_framework/negotiation.py, DefaultContentNegotiation.select_renderer.
Negotiated select_renderer(
    const std::vector<Renderer>& renderers,
    std::string_view format,
    const std::optional<std::string>& accept,
    const model::Differences& differences
);

/// What DEFAULT_CONTENT_NEGOTIATION_CLASS chooses renderers with; None is the same. Throws
/// std::invalid_argument for a class that we do not have.
decltype(&select_renderer) make_negotiation(const Settings& settings);

} // namespace drf_messages::api
