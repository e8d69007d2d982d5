// SPDX-License-Identifier: MIT
#include "admin/admin_site.hpp"

#include "admin/admin_login.hpp"
#include "admin/admin_urls.hpp"
#include "api/views/view_maker.hpp"
#include "http/url.hpp"
#include "middleware/pipeline.hpp"
#include "middleware/plain_view.hpp"
#include "middleware/redirect.hpp"
#include "model/site_time.hpp"
#include "pages/site_page.hpp"
#include "text/percent.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

namespace drf_messages::admin {
namespace {

/// Django: AdminSite.has_permission.
bool may_enter(const std::optional<User>& user) {
    return user && user->is_active && user->is_staff;
}

/// The way to the log-in, which leads back here. Django: redirect_to_login.
http::Response login_redirect(const middleware::HttpRequest& request, const std::string& root) {
    return middleware::redirect(fmt::format(
        "{}?next={}",
        pages::site_url(root + "login/"),
        text::percent_encode(request.full_path(false), "/")
    ));
}

/// A path that leads nowhere. Django: AdminSite.catch_all_view.
http::Response unknown_page(middleware::HttpRequest& request, std::string_view path) {
    if (!request.site.settings.append_slash || path.ends_with('/') ||
        !find_url(fmt::format("{}/", path))) {
        return middleware::not_found_page(request);
    }
    const bool keeps_query =
        request.site.differences.has(model::Difference::admin_slash_keeps_query);
    return middleware::permanent_redirect(http::escape_leading_slashes(
        keeps_query ? request.full_path(true) : pages::site_url(request.path + "/")
    ));
}

} // namespace

AdminSite::AdminSite(
    const Settings& settings,
    const api::Routes& routes,
    const html::Templates& of_templates,
    std::string of_static_url
)
    : templates(of_templates), static_url(std::move(of_static_url)),
      time_zone(site_time_zone(settings)),
      login_views_(settings, routes, std::make_shared<const AdminLoginPages>(*this)) {}

http::Response AdminSite::handle(
    middleware::HttpRequest& request, std::string_view path, std::string_view name_space
) const {
    if (middleware::csrf_failure(request)) {
        return middleware::csrf_failure_page(request);
    }
    const std::string root = request.path.substr(0, request.path.size() - path.size());
    const auto found = find_url(path);
    if (found && !found->url.name.empty()) {
        request.view_name = fmt::format("{}:{}", name_space, found->url.name);
    }
    const std::optional<User>& user = request.session_user();
    request.set_user(user); // whose notices are shown, with MESSAGES_USE_SESSIONS too
    if (found && found->url.name == "login") {
        return request.method == "GET" && may_enter(user)
                   ? middleware::uncached(request, middleware::redirect(pages::site_url(root)))
                   : login_views_.login(request);
    }
    const bool leaves = found && found->url.name == "logout";
    if (!may_enter(user)) {
        return middleware::uncached(
            request,
            leaves ? middleware::redirect(pages::site_url(root)) : login_redirect(request, root)
        );
    }
    if (leaves) {
        return login_views_.logout(request);
    }
    if (!found) {
        return middleware::uncached(request, unknown_page(request, path));
    }
    Page page(*this, request, *user, root);
    return found->url.view(page, found->object_id);
}

api::UrlView admin_view(api::ViewMaker& maker, const api::RoutedView& /*view*/) {
    const auto site = std::make_shared<const AdminSite>(
        maker.settings(), maker.routes(), maker.templates(), maker.static_url()
    );
    return [site](
               middleware::HttpRequest& request,
               const api::Kwargs& kwargs,
               const std::string& name_space
           ) { return site->handle(request, kwargs.at("url"), name_space); };
}

} // namespace drf_messages::admin
