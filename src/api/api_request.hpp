// SPDX-License-Identifier: MIT
#pragma once

#include "api/data.hpp"
#include "middleware/http_request.hpp"
#include "model/user.hpp"
#include "text/datetime.hpp"

#include <map>
#include <optional>
#include <string>

namespace drf_messages::api {

enum class Action { list, retrieve, destroy, peek, api_root, metadata, obtain_token };

/// A request inside a view, after negotiation, versioning and authentication: REST framework's
/// Request.
struct ApiRequest {
    middleware::HttpRequest& http;
    std::map<std::string, std::string> kwargs; ///< of the route: pk, format, version
    Action action = Action::list;
    std::optional<User> user; ///< absent: anonymous
    std::optional<std::string> version;
    /// of the route: "v1", or "outer:inner"; Django: resolver_match.namespace
    std::string name_space;

    /// HEAD shows the user nothing: it must not mark or delete (docs/differences.md, 7).
    bool marks() const { return http.method != "HEAD"; }
};

/// A view's answer.
struct ApiResponse {
    int status = 200;
    Data data;
};

} // namespace drf_messages::api
