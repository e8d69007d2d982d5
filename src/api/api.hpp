// SPDX-License-Identifier: MIT
#pragma once

#include "middleware/http_request.hpp"

#include <drf_messages/rest/classes.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// The URL configuration of settings.routes with its views: what stands behind the middleware.
class Api {
public:
    /// Throws std::invalid_argument for a class name or route that it does not know; config refuses
    /// those earlier.
    explicit Api(middleware::Site& site);
    ~Api();

    /// Whether some route matches; CommonMiddleware asks before it redirects to a path with a
    /// slash.
    bool is_valid_path(std::string_view path_info) const;

    /// Resolves and answers; an unknown path is Django's plain 404 page.
    http::Response handle(middleware::HttpRequest& request) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The class names that a setting may hold ("DEFAULT_PAGINATION_CLASS" -> its classes), for
/// settings' checks at start. Empty for a setting whose names are checked elsewhere
/// (SESSION_ENGINE) or that holds none.
const std::vector<std::string>& known_classes(std::string_view setting);
/// The classes of an application that a setting may hold; for "CLASSES" all of them, since a
/// subclass may be built on each.
std::vector<std::string> registered_classes(std::string_view setting, const rest::Classes& classes);
/// Whether some setting of ours knows that name.
bool is_own_class(std::string_view name);

} // namespace drf_messages::api
