// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/api_request.hpp"
#include "api/routing/routes.hpp"
#include "api/routing/versioning.hpp"

#include <drf_messages/settings.hpp>

#include <optional>
#include <string>

namespace drf_messages::api {

/// The absolute URL of a route of the request's own namespace, in the version of the request, and
/// with its `?format=`. Absent where there is no such route.
/// - settings: as the view sees them; versioning: null: no versions.
/// - name: without namespace, "messages-list".
/// - kwargs: a version may add to them.
/// - REST framework: reverse.py, reverse.
std::optional<std::string> reverse_url(
    ApiRequest& request,
    const Routes& routes,
    const Settings& settings,
    const Versioning* versioning,
    std::string name,
    Kwargs& kwargs
);

/// `?format=` of the request goes into a link. REST framework: preserve_builtin_query_params.
std::string
preserve_format(const Settings& settings, middleware::HttpRequest& http, std::string url);

} // namespace drf_messages::api
