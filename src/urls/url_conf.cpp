// SPDX-License-Identifier: MIT
#include "urls/url_conf.hpp"

#include "admin/admin_site.hpp"
#include "api/views/api_root.hpp"
#include "api/views/auth_token_view.hpp"
#include "api/views/view_maker.hpp"
#include "html/assets.hpp"
#include "html/templates.hpp"
#include "middleware/pipeline.hpp"
#include "openapi/document.hpp"
#include "openapi/views.hpp"
#include "pages/browsable_page.hpp"
#include "pages/login_views.hpp"
#include "pages/start_page.hpp"
#include "urls/static_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

namespace drf_messages::urls {

using namespace api;

namespace {

constexpr PlainEndpoint login_endpoints[] = {
    {"login/", "login", &pages::login_view, true},
    {"logout/", "logout", &pages::logout_view, true}};
constexpr PlainEndpoint token_endpoints[] = {{"", "", &auth_token_view, true}};
constexpr PlainEndpoint start_endpoints[] = {{"", "start", &pages::start_view}};
constexpr PlainEndpoint schema_endpoints[] = {
    {"", "schema", &openapi::schema_view}, {"reference/", "reference", &openapi::reference_view}};
constexpr PlainEndpoint spectacular_endpoints[] = {{"", "", &openapi::schema_view}};
constexpr PlainEndpoint spectacular_yaml_endpoints[] = {{"", "", &openapi::yaml_schema_view}};
constexpr PlainEndpoint spectacular_json_endpoints[] = {{"", "", &openapi::json_schema_view}};
constexpr PlainEndpoint admin_endpoints[] = {
    {"(?P<url>.*)", "index", &admin::admin_view, true, false}};
constexpr PlainEndpoint root_endpoints[] = {{"", "api-root", &api_root_view}};

constexpr UrlModule url_modules[] = {
    {.kind = UrlModule::Kind::include,
     .name = "drf_messages.urls",
     .app_name = "drf_messages",
     .viewset = "drf_messages.views.MessagesViewSet",
     .basename = "messages",
     .format_suffixes = true,
     .make = &viewset_view,
     .endpoints = root_endpoints},
    {.kind = UrlModule::Kind::include,
     .name = login_urls,
     .app_name = "rest_framework",
     .endpoints = login_endpoints},
    {.kind = UrlModule::Kind::include, .name = "drf_messages.start", .endpoints = start_endpoints},
    {.kind = UrlModule::Kind::include,
     .name = admin_urls[0],
     .app_name = "admin",
     .endpoints = admin_endpoints},
    {.kind = UrlModule::Kind::include,
     .name = admin_urls[1],
     .app_name = "admin",
     .endpoints = admin_endpoints},
    {.kind = UrlModule::Kind::view,
     .name = "rest_framework.authtoken.views.obtain_auth_token",
     .endpoints = token_endpoints},
    {.kind = UrlModule::Kind::include,
     .name = "drf_messages.schema",
     .endpoints = schema_endpoints},
    {.kind = UrlModule::Kind::view,
     .name = "drf_spectacular.views.SpectacularAPIView",
     .endpoints = spectacular_endpoints},
    {.kind = UrlModule::Kind::view,
     .name = "drf_spectacular.views.SpectacularYAMLAPIView",
     .endpoints = spectacular_yaml_endpoints},
    {.kind = UrlModule::Kind::view,
     .name = "drf_spectacular.views.SpectacularJSONAPIView",
     .endpoints = spectacular_json_endpoints},
    {.kind = UrlModule::Kind::router,
     .name = "DefaultRouter",
     .format_suffixes = true,
     .make = &viewset_view,
     .endpoints = root_endpoints},
    {.kind = UrlModule::Kind::router, .name = "SimpleRouter", .make = &viewset_view}};

void refuse_names_given_twice(const Settings& settings, const CustomClasses& classes) {
    for (const auto& [name, spec] : settings.classes) {
        if (classes.registered().contains(name)) {
            throw std::invalid_argument(fmt::format(
                "CLASSES.\"{}\": the application has this class; give yours another name", name
            ));
        }
    }
}

/// - classes: must not end before the views are made.
/// - throws std::invalid_argument for a class that both the settings and the application have.
Routes routes_of(const Settings& settings, const CustomClasses& classes) {
    refuse_names_given_twice(settings, classes);
    return {settings, modules(), [&](const ClassName& viewset) {
                return ViewSetClass::lookup_of(settings, viewset, classes);
            }};
}

} // namespace

std::span<const UrlModule> modules() noexcept {
    return url_modules;
}

bool is_admin(const RouteSettings& route) noexcept {
    return std::ranges::any_of(admin_urls, [&](std::string_view name) {
        return route.include == name;
    });
}

bool has_login(const RouteSettings& route) noexcept {
    return route.include == login_urls || is_admin(route);
}

bool has_login(const Settings& settings) noexcept {
    return std::ranges::any_of(settings.routes, [](const auto& route) { return has_login(route); });
}

bool has_messages(const RouteSettings& route) noexcept {
    return !route.registrations.empty() ||
           std::ranges::any_of(url_modules, [&](const UrlModule& module) {
               return route.include == module.name && !module.viewset.empty();
           });
}

bool has_messages(const Settings& settings) noexcept {
    return std::ranges::any_of(settings.routes, [](const auto& route) {
        return has_messages(route);
    });
}

const std::vector<std::string>& known_modules(UrlModule::Kind kind) {
    static const auto names = [] {
        std::map<UrlModule::Kind, std::vector<std::string>> all;
        for (const UrlModule& module : url_modules) {
            all[module.kind].emplace_back(module.name);
        }
        return all;
    }();
    return names.at(kind);
}

/// The views stand beside the routes, one for each of Routes::views().
struct UrlConf::Parts {
    Parts(middleware::SiteResources& site, const CustomClasses& classes)
        : routes(routes_of(site.settings, classes)),
          templates(html::template_folders(site.settings)), static_files(site.settings),
          static_route(html::static_url(site.settings) + "{file}"),
          has_foreign_code(!classes.registered().empty()) {
        ViewMaker maker(
            site.settings,
            routes,
            classes,
            pages::render_page,
            {templates,
             html::static_url(site.settings),
             {},
             [this](std::string_view path_info) { return find_view(path_info); }}
        );
        for (const RoutedView& view : routes.views()) {
            views.push_back(view.make(maker, view));
        }
    }

    /// An API view by a path to it.
    std::optional<NamedView> find_view(std::string_view path_info) const {
        const auto match = routes.resolve(path_info);
        const auto* view = match ? views[match->route->view].rest_view.get() : nullptr;
        if (view == nullptr) {
            return std::nullopt;
        }
        return NamedView{match->route->view, view->options().name};
    }

    Routes routes;
    html::Templates templates;
    StaticFiles static_files;
    std::string static_route; ///< of all of them
    std::vector<UrlView> views;
    bool has_foreign_code; ///< classes of an application, which may read what they like
};

UrlConf::UrlConf(middleware::SiteResources& site, const rest::Classes& classes)
    : parts_(std::make_unique<Parts>(site, CustomClasses(classes))) {}
UrlConf::~UrlConf() = default;

bool UrlConf::is_valid_path(std::string_view path_info) const {
    return parts_->routes.is_valid(path_info) || parts_->static_files.has(path_info);
}

bool UrlConf::reads_body(const middleware::HttpRequest& request) const {
    const auto match = parts_->routes.resolve(request.path_info);
    if (!match || parts_->has_foreign_code) {
        return match.has_value();
    }
    const auto& method = request.method;
    if (method != "POST" && method != "PUT" && method != "PATCH") {
        return false;
    }
    // A POST with a session is asked for its CSRF token, wherever it goes; a form may have it.
    return parts_->routes.views()[match->route->view].reads_body ||
           (method == "POST" && request.wire.headers.contains("Cookie"));
}

std::string_view UrlConf::foreseen_route(const middleware::HttpRequest& request) const {
    const auto match = parts_->routes.resolve(request.path_info);
    const auto* view = match ? parts_->views[match->route->view].rest_view.get() : nullptr;
    return view != nullptr && view->asks_ahead(request.method) ? match->route->whole
                                                               : std::string_view();
}

http::Response UrlConf::handle(middleware::HttpRequest& request) const {
    auto match = parts_->routes.resolve(request.path_info);
    if (!match) {
        auto file = parts_->static_files.answer(request);
        request.route = file ? std::string_view(parts_->static_route) : std::string_view();
        return file ? *std::move(file) : middleware::not_found_page(request);
    }
    request.route = match->route->whole;
    return parts_->views[match->route->view](
        request, std::move(match->kwargs), match->mount->name_space
    );
}

rest::Value openapi_document(const Settings& settings, const rest::Classes& classes) {
    const CustomClasses custom(classes);
    const Routes routes = routes_of(settings, custom);
    const html::Templates templates({});
    ViewMaker maker(
        settings,
        routes,
        custom,
        pages::render_page,
        {templates, html::static_url(settings), {}, {}}
    );
    return openapi::document(maker);
}

} // namespace drf_messages::urls
