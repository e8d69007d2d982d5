// SPDX-License-Identifier: MIT
#pragma once

#include "api/routing/routes.hpp"
#include "middleware/http_request.hpp"

#include <drf_messages/rest/classes.hpp>
#include <drf_messages/rest/value.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::urls {

/// The include of login/ and logout/.
inline constexpr std::string_view login_urls = "rest_framework.urls";

/// The includes of the admin.
inline constexpr std::string_view admin_urls[] = {
    "drf_messages.admin", "django.contrib.admin.site.urls"};
bool is_admin(const RouteSettings& route) noexcept;

/// Whether people log in by a password at what a route includes.
bool has_login(const RouteSettings& route) noexcept;
bool has_login(const Settings& settings) noexcept;

/// Whether a route leads to the messages over REST.
bool has_messages(const RouteSettings& route) noexcept;
bool has_messages(const Settings& settings) noexcept;

/// What an entry of `[[ROUTES]]` can name.
std::span<const api::UrlModule> modules() noexcept;
/// The names of those that `include`, `view` or `router` can name.
const std::vector<std::string>& known_modules(api::UrlModule::Kind kind);

/// The OpenAPI document of a site, which answers nothing meanwhile. Throws as UrlConf does.
rest::Value openapi_document(const Settings& settings, const rest::Classes& classes = {});

/// The URL configuration of settings.routes with its views: what stands behind the middleware.
class UrlConf {
public:
    /// - classes: of the application, in addition to ours; needed no longer than the call.
    /// Throws std::invalid_argument for a class name or route that it does not know; config refuses
    /// those earlier.
    explicit UrlConf(middleware::SiteResources& site, const rest::Classes& classes = {});
    ~UrlConf();

    /// Whether some route matches; CommonMiddleware asks before it redirects to a path with a
    /// slash.
    bool is_valid_path(std::string_view path_info) const;

    /// Whether the answer may depend on the request's body, whose head alone is looked at.
    bool reads_body(const middleware::HttpRequest& request) const;
    /// As middleware::View::foreseen_route.
    std::string_view foreseen_route(const middleware::HttpRequest& request) const;

    /// Resolves and answers; an unknown path is Django's plain 404 page.
    http::Response handle(middleware::HttpRequest& request) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace drf_messages::urls
