// SPDX-License-Identifier: MIT
#include "api/routing/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

bool is_suffix_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// ".json" or ".json/": REST framework's suffix pattern. Absent when `path` is something else.
std::optional<std::string_view> format_suffix(std::string_view path) {
    if (!path.starts_with('.')) {
        return std::nullopt;
    }
    path.remove_prefix(1);
    if (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    if (path.empty() || !std::all_of(path.begin(), path.end(), is_suffix_character)) {
        return std::nullopt;
    }
    return path;
}

std::string_view without_trailing_slashes(std::string_view text) {
    return text.substr(0, text.find_last_not_of('/') + 1);
}

Route plain_route(RouteKind kind, std::string name, std::string stem) {
    Route route;
    route.kind = kind;
    route.name = std::move(name);
    route.stem = std::move(stem);
    return route;
}

/// Makes the routes of one router, plain and with a format suffix side by side.
class Router {
public:
    Router(
        bool format_suffixes,
        bool trailing_slash,
        std::string suffix_kwarg,
        std::vector<Route>& routes
    )
        : format_suffixes_(format_suffixes), slash_(trailing_slash ? "/" : ""),
          suffix_kwarg_(std::move(suffix_kwarg)), routes_(routes) {}

    void add_viewset(
        std::size_t index,
        const RouteSettings::Registration& registration,
        const std::optional<std::string>& lookup
    ) {
        const auto& prefix = registration.prefix;
        // Behind an empty prefix the original takes away the slash that its patterns would begin
        // with.
        const auto inner = prefix.empty() ? std::string() : prefix + "/";
        const auto list = prefix.empty() ? std::string() : prefix + slash_;
        add(RouteKind::list, index, registration.basename + "-list", list, std::nullopt);
        add(RouteKind::peek,
            index,
            registration.basename + "-peek",
            inner + "peek" + slash_,
            std::nullopt);
        add(RouteKind::detail,
            index,
            registration.basename + "-detail",
            inner,
            lookup.value_or("[^/.]+"));
    }

    void add_root() { add(RouteKind::api_root, 0, "api-root", "", std::nullopt); }

private:
    void
    add(RouteKind kind,
        std::size_t index,
        const std::string& name,
        const std::string& stem,
        const std::optional<std::string>& lookup) {
        const bool plain = is_literal(stem) && (!lookup || *lookup == "[^/.]+");
        Route route;
        route.kind = kind;
        route.registration = index;
        route.name = name;
        route.has_pk = lookup.has_value();
        route.stem = stem;
        route.tail = lookup ? slash_ : "";
        const auto expression =
            "^" + stem + (lookup ? fmt::format("(?P<pk>{})", *lookup) + slash_ : "");
        if (!plain) {
            route.pattern = UrlPattern::whole(expression + "$");
        }
        routes_.push_back(std::move(route));
        if (!format_suffixes_) {
            return;
        }
        Route suffixed;
        suffixed.kind = kind;
        suffixed.registration = index;
        suffixed.name = name;
        suffixed.has_pk = lookup.has_value();
        suffixed.has_suffix = true;
        suffixed.stem = lookup ? stem : std::string(without_trailing_slashes(stem));
        if (!plain) {
            suffixed.pattern = UrlPattern::whole(fmt::format(
                "{}\\.(?P<{}>[a-z0-9]+)/?$", without_trailing_slashes(expression), suffix_kwarg_
            ));
        }
        routes_.push_back(std::move(suffixed));
    }

    bool format_suffixes_;
    std::string slash_;
    std::string suffix_kwarg_;
    std::vector<Route>& routes_;
};

UrlPattern prefix_of(const RouteSettings& route) {
    return route.regex ? UrlPattern::regex(route.route) : UrlPattern::path(route.route);
}

bool trailing_slash_of(const RouteSettings& route) {
    bool trailing_slash = true;
    for (const auto& [key, value] : route.router_kwargs) {
        const auto* flag = std::get_if<bool>(&value.value);
        if (key != "trailing_slash" || flag == nullptr) {
            throw std::invalid_argument(fmt::format(
                "ROUTES: \"{}\": router_kwargs knows trailing_slash, true or false", route.route
            ));
        }
        trailing_slash = *flag;
    }
    return trailing_slash;
}

} // namespace

bool Route::match(std::string_view path, const std::string& suffix_kwarg, Kwargs& kwargs) const {
    if (pattern) {
        return pattern->match(path, kwargs).has_value();
    }
    if (!path.starts_with(stem)) {
        return false;
    }
    path.remove_prefix(stem.size());
    std::string_view pk;
    if (has_pk) {
        pk = path.substr(0, path.find_first_of("/."));
        if (pk.empty()) {
            return false;
        }
        path.remove_prefix(pk.size());
    }
    if (has_suffix) {
        const auto format = format_suffix(path);
        if (!format) {
            return false;
        }
        kwargs.insert_or_assign(suffix_kwarg, std::string(*format));
    } else if (path != tail && !has_rest) {
        return false;
    }
    if (has_pk) {
        kwargs.insert_or_assign("pk", std::string(pk));
    }
    return true;
}

Routes::Routes(
    const Settings& settings,
    const std::function<std::optional<std::string>(const ClassName& viewset)>& lookup_of
)
    // Without FORMAT_SUFFIX_KWARG the original names the group "None", and asks nobody for it.
    : suffix_kwarg_(settings.rest_framework.format_suffix_kwarg.value_or("None")) {
    for (const auto& entry : settings.routes) {
        Mount mount{prefix_of(entry), {}, {}, entry.registrations, {}};
        if (entry.include == "drf_messages.urls") {
            mount.app_name = "drf_messages";
            mount.name_space = entry.name_space.value_or(mount.app_name);
            mount.registrations = {{"", "drf_messages.views.MessagesViewSet", "messages"}};
            Router router(true, true, suffix_kwarg_, mount.routes);
            router.add_viewset(0, mount.registrations.front(), std::nullopt);
            router.add_root();
        } else if (entry.include == "rest_framework.urls") {
            mount.app_name = "rest_framework";
            mount.name_space = entry.name_space.value_or(mount.app_name);
            mount.routes.push_back(plain_route(RouteKind::login, "login", "login/"));
            mount.routes.push_back(plain_route(RouteKind::logout, "logout", "logout/"));
        } else if (entry.include) {
            throw std::invalid_argument(fmt::format(
                "ROUTES: \"{}\": there is nothing to include named {}", entry.route, *entry.include
            ));
        } else if (entry.view == "rest_framework.authtoken.views.obtain_auth_token") {
            mount.routes.push_back(plain_route(RouteKind::auth_token, "", ""));
            mount.routes.back().has_rest = entry.regex;
        } else if (entry.view) {
            throw std::invalid_argument(
                fmt::format("ROUTES: \"{}\": there is no view {}", entry.route, *entry.view)
            );
        } else if (entry.router == "DefaultRouter" || entry.router == "SimpleRouter") {
            mount.name_space = entry.name_space.value_or("");
            mount.app_name = mount.name_space;
            const bool is_default = entry.router == "DefaultRouter";
            Router router(is_default, trailing_slash_of(entry), suffix_kwarg_, mount.routes);
            for (std::size_t i = 0; i < entry.registrations.size(); ++i) {
                router.add_viewset(
                    i, entry.registrations[i], lookup_of(entry.registrations[i].viewset)
                );
            }
            if (is_default) {
                router.add_root();
            }
        } else if (entry.router) {
            throw std::invalid_argument(
                fmt::format("ROUTES: \"{}\": there is no router {}", entry.route, *entry.router)
            );
        } else {
            throw std::invalid_argument(
                fmt::format("ROUTES: \"{}\": needs include, view or router", entry.route)
            );
        }
        mounts_.push_back(std::move(mount));
    }
}

std::optional<RouteMatch> Routes::resolve(std::string_view path_info) const {
    if (!path_info.starts_with('/')) {
        return std::nullopt;
    }
    path_info.remove_prefix(1);
    RouteMatch found;
    for (const auto& mount : mounts_) {
        found.kwargs.clear();
        const auto rest = mount.prefix.match(path_info, found.kwargs);
        if (!rest) {
            continue;
        }
        for (const auto& route : mount.routes) {
            if (route.match(*rest, suffix_kwarg_, found.kwargs)) {
                found.mount = &mount;
                found.route = &route;
                return found;
            }
        }
    }
    return std::nullopt;
}

bool Routes::in_name_space(const Mount& mount, std::string_view name_space) const {
    if (name_space.empty() || mount.name_space.empty()) {
        return mount.name_space == name_space;
    }
    // An application's name stands for the instance that is called like it, else for its last
    // mount.
    std::string_view instance = name_space;
    std::string_view last;
    for (const auto& other : mounts_) {
        if (other.app_name == name_space) {
            last = other.name_space;
            if (last == name_space) {
                break;
            }
        }
    }
    if (!last.empty()) {
        instance = last;
    }
    if (mount.name_space != instance) {
        return false;
    }
    // Of two mounts with one namespace the first is meant.
    const auto first = std::find_if(mounts_.begin(), mounts_.end(), [&](const Mount& other) {
        return other.name_space == instance;
    });
    return &*first == &mount;
}

std::optional<std::string> Routes::reverse(std::string_view name, const Kwargs& kwargs) const {
    const auto colon = name.rfind(':');
    const auto name_space =
        colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
    const auto route_name = colon == std::string_view::npos ? name : name.substr(colon + 1);
    // Django tries what was mounted last first.
    for (auto mount = mounts_.rbegin(); mount != mounts_.rend(); ++mount) {
        if (!in_name_space(*mount, name_space)) {
            continue;
        }
        for (auto route = mount->routes.rbegin(); route != mount->routes.rend(); ++route) {
            if (route->name != route_name || route->has_pk) {
                continue;
            }
            auto left = kwargs;
            auto path = mount->prefix.reverse(left);
            if (!path) {
                continue;
            }
            if (route->pattern) {
                const auto rest = route->pattern->reverse(left);
                if (!rest) {
                    continue;
                }
                *path += *rest;
            } else {
                *path += route->stem;
                if (route->has_suffix) {
                    const auto format = left.find(suffix_kwarg_);
                    if (format == left.end() || !format_suffix("." + format->second)) {
                        continue;
                    }
                    *path += "." + format->second;
                    left.erase(format);
                }
            }
            if (left.empty()) {
                return path;
            }
        }
    }
    return std::nullopt;
}

} // namespace drf_messages::api
