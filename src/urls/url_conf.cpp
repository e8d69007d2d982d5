// SPDX-License-Identifier: MIT
#include "urls/url_conf.hpp"

#include "api/routing/routes.hpp"
#include "api/views/api_root.hpp"
#include "api/views/auth_token_view.hpp"
#include "api/views/viewset_class.hpp"
#include "middleware/pipeline.hpp"
#include "pages/browsable_page.hpp"
#include "pages/login_views.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace drf_messages::urls {

using namespace api;

/// The views stand beside the routes: one for each kind of endpoint of a registration.
struct UrlConf::Parts {
    Parts(middleware::SiteResources& site, const CustomClasses& classes)
        : routes(
              site.settings,
              [&](const ClassName& viewset) {
                  return ViewSetClass::lookup_of(site.settings, viewset, classes);
              }
          ),
          login_views(site.settings, routes) {
        for (const auto& [name, spec] : site.settings.classes) {
            if (classes.registered().contains(name)) {
                throw std::invalid_argument(fmt::format(
                    "CLASSES.\"{}\": the application has this class; give yours another name", name
                ));
            }
        }
        // One policy object, and so one set of classes, for each viewset however often it is
        // mounted.
        std::map<ClassName, ViewSetClass> viewsets;
        std::shared_ptr<const ViewPolicies> root_policies;
        for (const auto& mount : routes.mounts()) {
            for (const auto& route : mount.routes) {
                if (route.kind == RouteKind::login || route.kind == RouteKind::logout) {
                    continue; // no views of REST framework's
                }
                std::unique_ptr<View>& view = views[{&mount, route.kind, route.registration}];
                if (view) {
                    continue;
                }
                if (route.kind == RouteKind::auth_token) {
                    view = make_auth_token_view(site.settings, classes);
                    continue;
                }
                if (route.kind == RouteKind::api_root) {
                    if (!root_policies) {
                        root_policies = std::make_shared<const ViewPolicies>(
                            site.settings, std::nullopt, usual_http_method_names(), classes
                        );
                    }
                    view = make_api_root(routes, mount, root_policies);
                    continue;
                }
                const auto& name = mount.registrations.at(route.registration).viewset;
                const auto& viewset =
                    viewsets.try_emplace(name, site.settings, name, classes).first->second;
                view = route.kind == RouteKind::list   ? viewset.list_view()
                       : route.kind == RouteKind::peek ? viewset.peek_view()
                                                       : viewset.detail_view();
            }
        }
        const LoginLinks links{
            routes.reverse("rest_framework:login", {}).value_or(""),
            routes.reverse("rest_framework:logout", {}).value_or("")};
        for (const auto& [key, view] : views) {
            view->show_pages(pages::render_page, links);
        }
    }

    http::Response dispatch(middleware::HttpRequest& request, RouteMatch match) const {
        switch (match.route->kind) {
        case RouteKind::login:
            return login_views.login(request);
        case RouteKind::logout:
            return login_views.logout(request);
        default:
            return view_of(match).dispatch(
                request, std::move(match.kwargs), match.mount->name_space
            );
        }
    }

    const View& view_of(const RouteMatch& match) const {
        return *views.at({match.mount, match.route->kind, match.route->registration});
    }

    Routes routes;
    pages::LoginViews login_views;
    std::map<std::tuple<const Mount*, RouteKind, std::size_t>, std::unique_ptr<View>> views;
};

UrlConf::UrlConf(middleware::SiteResources& site, const rest::Classes& classes)
    : parts_(std::make_unique<Parts>(site, CustomClasses(classes))) {}
UrlConf::~UrlConf() = default;

bool UrlConf::is_valid_path(std::string_view path_info) const {
    return parts_->routes.is_valid(path_info);
}

http::Response UrlConf::handle(middleware::HttpRequest& request) const {
    auto match = parts_->routes.resolve(request.path_info);
    if (!match) {
        return middleware::not_found_page();
    }
    return parts_->dispatch(request, std::move(*match));
}

} // namespace drf_messages::urls
