// SPDX-License-Identifier: MIT
#include "api/routing/routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drf_messages::api {
namespace {

/// `lookup_value_regex`, unless a viewset sets another.
constexpr const char* usual_lookup = "[^/.]+";

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

bool reads_body(std::span<const Operation> operations) {
    return std::any_of(operations.begin(), operations.end(), [](const Operation& operation) {
        return operation.method != "GET" && operation.method != "DELETE";
    });
}

/// Makes the routes of one mount, plain and with a format suffix side by side.
class Router {
public:
    Router(Mount& mount, std::vector<RoutedView>& views, std::string suffix_kwarg)
        : mount_(mount), views_(views), suffix_kwarg_(std::move(suffix_kwarg)) {}

    bool format_suffixes = false;
    bool trailing_slash = true;
    bool has_rest = false;

    void add_viewset(
        MakeView make,
        const RouteSettings::Registration& registration,
        const std::optional<std::string>& lookup,
        const MessagesExtensions& extensions
    ) {
        const std::string slash = trailing_slash ? "/" : "";
        const auto& prefix = registration.prefix;
        // Behind an empty prefix the original takes away the slash that its patterns would begin
        // with.
        const auto inner = prefix.empty() ? std::string() : prefix + "/";
        for (const EndpointSpec& endpoint : message_endpoints) {
            if (!endpoint.is_in(extensions)) {
                continue;
            }
            const std::string suffix(endpoint.suffix);
            const std::string name = fmt::format("{}-{}", registration.basename, endpoint.name);
            const RoutedView view{
                make, &mount_, &registration, &endpoint, reads_body(endpoint.operations)};
            if (endpoint.detail) {
                const auto tail = suffix.empty() ? slash : fmt::format("/{}{}", suffix, slash);
                add(view, name, inner, lookup.value_or(usual_lookup), tail);
            } else if (suffix.empty()) {
                add(view, name, prefix.empty() ? prefix : prefix + slash);
            } else {
                add(view, name, fmt::format("{}{}{}", inner, suffix, slash));
            }
        }
    }

    void add_endpoint(const PlainEndpoint& endpoint) {
        add({endpoint.make, &mount_, nullptr, nullptr, endpoint.reads_body, endpoint.is_described},
            std::string(endpoint.name),
            std::string(endpoint.path));
    }

private:
    /// - lookup: the expression of a key that stands between stem and tail.
    void
    add(const RoutedView& view,
        const std::string& name,
        const std::string& stem,
        const std::optional<std::string>& lookup = std::nullopt,
        const std::string& tail = "") {
        const bool plain = is_literal(stem) && (!lookup || *lookup == usual_lookup);
        const auto route_of_view = [&, index = views_.size()] {
            Route route;
            route.view = index;
            route.name = name;
            route.stem = stem;
            route.has_pk = lookup.has_value();
            route.has_rest = has_rest;
            route.tail = tail;
            return route;
        };
        views_.push_back(view);
        const auto expression =
            "^" + stem + (lookup ? fmt::format("(?P<pk>{})", *lookup) + tail : "");
        Route route = route_of_view();
        if (!plain) {
            route.pattern = UrlPattern::whole(expression + "$");
        }
        mount_.routes.push_back(std::move(route));
        if (!format_suffixes) {
            return;
        }
        Route suffixed = route_of_view();
        suffixed.has_suffix = true;
        suffixed.stem = lookup ? stem : std::string(without_trailing_slashes(stem));
        suffixed.tail = without_trailing_slashes(tail);
        if (!plain) {
            suffixed.pattern = UrlPattern::whole(fmt::format(
                "{}\\.(?P<{}>[a-z0-9]+)/?$", without_trailing_slashes(expression), suffix_kwarg_
            ));
        }
        mount_.routes.push_back(std::move(suffixed));
    }

    Mount& mount_;
    std::vector<RoutedView>& views_;
    std::string suffix_kwarg_;
};

/// The row that an entry names. Throws std::invalid_argument when there is none.
const UrlModule& module_of(const RouteSettings& entry, std::span<const UrlModule> modules) {
    using Kind = UrlModule::Kind;
    const auto find = [&](Kind kind, const std::string& name, std::string_view refusal
                      ) -> const UrlModule& {
        const auto found = std::find_if(modules.begin(), modules.end(), [&](const UrlModule& row) {
            return row.kind == kind && row.name == name;
        });
        if (found == modules.end()) {
            throw std::invalid_argument(
                fmt::format("ROUTES: \"{}\": there is {} {}", entry.route, refusal, name)
            );
        }
        return *found;
    };
    if (entry.include) {
        return find(Kind::include, *entry.include, "nothing to include named");
    }
    if (entry.view) {
        return find(Kind::view, *entry.view, "no view");
    }
    if (entry.router) {
        return find(Kind::router, *entry.router, "no router");
    }
    throw std::invalid_argument(
        fmt::format("ROUTES: \"{}\": needs include, view or router", entry.route)
    );
}

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

/// The name where an expression has no single text.
std::string whole_path(const Mount& mount, const Route& route, const std::string& suffix_kwarg) {
    const auto prefix = mount.prefix.as_template();
    const auto behind = route.as_template(suffix_kwarg);
    return prefix && behind ? "/" + prefix->text + behind->text : route.name;
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
        if (!path.starts_with(tail)) {
            return false;
        }
        path.remove_prefix(tail.size());
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

std::optional<PathTemplate> Route::as_template(const std::string& suffix_kwarg) const {
    if (pattern) {
        return pattern->as_template();
    }
    PathTemplate whole{template_text(stem), {}};
    if (has_pk) {
        whole += {"{pk}", {{"pk", usual_lookup}}};
    }
    whole.text += template_text(tail);
    if (has_suffix) {
        whole += {fmt::format(".{{{}}}", suffix_kwarg), {{suffix_kwarg, "[a-z0-9]+"}}};
    }
    return whole;
}

Routes::Routes(
    const Settings& settings,
    std::span<const UrlModule> modules,
    const std::function<std::optional<std::string>(const ClassName& viewset)>& lookup_of
)
    // Without FORMAT_SUFFIX_KWARG the original names the group "None", and asks nobody for it.
    : suffix_kwarg_(settings.rest_framework.format_suffix_kwarg.value_or("None")) {
    mounts_.reserve(settings.routes.size());
    for (const auto& entry : settings.routes) {
        mounts_.push_back({prefix_of(entry), {}, {}, {}, {}});
        Mount& mount = mounts_.back();
        const UrlModule& module = module_of(entry, modules);
        const bool is_view = module.kind == UrlModule::Kind::view;
        if (!is_view) {
            mount.name_space = entry.name_space.value_or(std::string(module.app_name));
            mount.app_name =
                module.app_name.empty() ? mount.name_space : std::string(module.app_name);
        }
        Router router(mount, views_, suffix_kwarg_);
        router.format_suffixes = module.format_suffixes;
        router.has_rest = is_view && entry.regex;
        if (module.kind == UrlModule::Kind::router) {
            mount.registrations = entry.registrations;
            router.trailing_slash = trailing_slash_of(entry);
        } else if (!module.viewset.empty()) {
            mount.registrations = {{"", std::string(module.viewset), std::string(module.basename)}};
        }
        for (const auto& registration : mount.registrations) {
            router.add_viewset(
                module.make,
                registration,
                lookup_of(registration.viewset),
                settings.messages_extensions
            );
        }
        for (const auto& endpoint : module.endpoints) {
            router.add_endpoint(endpoint);
        }
        for (Route& route : mount.routes) {
            route.whole = whole_path(mount, route, suffix_kwarg_);
        }
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
            if (route->name != route_name) {
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
                if (route->has_pk) {
                    const auto pk = left.find("pk");
                    if (pk == left.end()) {
                        continue;
                    }
                    *path += pk->second;
                    left.erase(pk);
                }
                *path += route->tail;
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
