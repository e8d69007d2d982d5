// SPDX-License-Identifier: MIT
#include "config/class_settings.hpp"
#include "config/setting.hpp"
#include "text/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace drf_messages::config {
namespace {

constexpr std::string_view routers_module = "rest_framework.routers.";

template<class T>
void read_key(
    const Member& member, std::string_view of, T& target, std::string_view expected, Reader& reader
) {
    if (!Codec<T>::read(member.node, any, target)) {
        reader.problem(
            member.node.where,
            fmt::format(
                "{}.{}: expected {}, found {}", of, member.key, expected, found(member.node)
            )
        );
    }
}

void unknown_key(
    const Member& member, std::string_view of, const std::vector<std::string>& known, Reader& reader
) {
    reader.problem(
        member.where,
        fmt::format("{}.{} is no setting{}", of, member.key, suggestion_in_table(member.key, known))
    );
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void check_viewset(const std::string& name, const Node& node, Reader& reader) {
    std::vector<std::string> candidates = reader.known("ROUTES");
    if (candidates.empty() || contains(candidates, root_class(reader.classes, name))) {
        return;
    }
    for (const auto& [own, spec] : reader.classes) {
        candidates.push_back(own);
    }
    reader.problem(
        node.where,
        fmt::format(
            "ROUTES.register.viewset: there is no viewset \"{}\" here{}",
            name,
            text::suggestion(name, candidates)
        )
    );
}

void read_registration(const Node& node, RouteSettings& route, Reader& reader) {
    const auto* table = std::get_if<Node::Table>(&node.value);
    if (table == nullptr) {
        reader.problem(
            node.where, fmt::format("ROUTES.register: expected a table, found {}", found(node))
        );
        return;
    }
    auto& registration = route.registrations.emplace_back();
    for (const Member& member : *table) {
        if (member.key == "prefix") {
            read_key(member, "ROUTES.register", registration.prefix, "text", reader);
        } else if (member.key == "viewset") {
            read_key(member, "ROUTES.register", registration.viewset, "a class name", reader);
            check_viewset(registration.viewset, member.node, reader);
        } else if (member.key == "basename") {
            read_key(member, "ROUTES.register", registration.basename, "text", reader);
        } else {
            unknown_key(member, "ROUTES.register", {"prefix", "viewset", "basename"}, reader);
        }
    }
    if (find_member(*table, "viewset") == nullptr) {
        reader.problem(node.where, "ROUTES.register: a viewset is missing");
    }
    if (registration.basename.empty()) {
        reader.problem(node.where, "ROUTES.register: a basename is missing");
    }
}

/// One of the few names that a route can lead to.
/// - module: may stand before it.
void read_name(
    const Member& member,
    std::optional<std::string>& target,
    Reader& reader,
    std::string_view module = {}
) {
    const std::vector<std::string>& known = reader.known(member.key);
    const std::string expected = fmt::format("{}", fmt::join(known, " or "));
    read_key(member, "ROUTES", target, known.empty() ? "a name" : expected, reader);
    if (target && target->starts_with(module)) {
        target->erase(0, module.size());
    }
    if (target && !known.empty() && !contains(known, *target)) {
        reader.problem(
            member.node.where,
            fmt::format(
                "ROUTES.{}: there is no \"{}\" here{}",
                member.key,
                *target,
                text::suggestion(*target, known)
            )
        );
    }
}

void read_router_kwargs(const Member& member, RouteSettings& route, Reader& reader) {
    read_key(member, "ROUTES", route.router_kwargs, "a table", reader);
    if (const auto* table = std::get_if<Node::Table>(&member.node.value)) {
        for (const Member& one : *table) {
            if (one.key != "trailing_slash") {
                unknown_key(one, "ROUTES.router_kwargs", {"trailing_slash"}, reader);
            } else if (!std::holds_alternative<bool>(one.node.value)) {
                reader.problem(
                    one.node.where,
                    fmt::format(
                        "ROUTES.router_kwargs.trailing_slash: expected true or false, found {}",
                        found(one.node)
                    )
                );
            }
        }
    }
}

void read_registrations(const Member& member, RouteSettings& route, Reader& reader) {
    const auto* items = std::get_if<Node::Array>(&member.node.value);
    if (items == nullptr) {
        reader.problem(
            member.node.where,
            fmt::format("ROUTES.register: expected a list of tables, found {}", found(member.node))
        );
        return;
    }
    for (const Node& item : *items) {
        read_registration(item, route, reader);
    }
}

void read_route(const Node& node, Settings& settings, Reader& reader) {
    const auto* table = std::get_if<Node::Table>(&node.value);
    if (table == nullptr) {
        reader.problem(node.where, fmt::format("ROUTES: expected tables, found {}", found(node)));
        return;
    }
    RouteSettings& route = settings.routes.emplace_back();
    for (const Member& member : *table) {
        if (member.key == "route") {
            read_key(member, "ROUTES", route.route, "text", reader);
        } else if (member.key == "regex") {
            read_key(member, "ROUTES", route.regex, "true or false", reader);
        } else if (member.key == "include") {
            read_name(member, route.include, reader);
        } else if (member.key == "view") {
            read_name(member, route.view, reader);
        } else if (member.key == "namespace") {
            read_key(member, "ROUTES", route.name_space, "text", reader);
        } else if (member.key == "router") {
            read_name(member, route.router, reader, routers_module);
        } else if (member.key == "router_kwargs") {
            read_router_kwargs(member, route, reader);
        } else if (member.key == "register") {
            read_registrations(member, route, reader);
        } else {
            unknown_key(
                member,
                "ROUTES",
                {"route",
                 "regex",
                 "include",
                 "namespace",
                 "view",
                 "router",
                 "router_kwargs",
                 "register"},
                reader
            );
        }
    }
    if (find_member(*table, "route") == nullptr) {
        reader.problem(node.where, "ROUTES: `route` is missing");
    }
    if (int{route.include.has_value()} + int{route.router.has_value()} +
            int{route.view.has_value()} !=
        1) {
        reader.problem(node.where, "ROUTES: expected one of `include`, `router` and `view`");
    } else if (!route.router && (!route.registrations.empty() || !route.router_kwargs.empty())) {
        reader.problem(node.where, "ROUTES: `register` and `router_kwargs` need a `router`");
    }
}

Node write_route(const RouteSettings& route) {
    Node::Table table{{"route", {}, Codec<std::string>::write(route.route)}};
    if (route.regex) {
        table.push_back({"regex", {}, Codec<bool>::write(true)});
    }
    const auto optional = [&](const char* key, const std::optional<std::string>& value) {
        if (value) {
            table.push_back({key, {}, Codec<std::string>::write(*value)});
        }
    };
    optional("include", route.include);
    optional("namespace", route.name_space);
    optional("view", route.view);
    optional("router", route.router);
    if (!route.router_kwargs.empty()) {
        table.push_back(
            {"router_kwargs",
             {},
             Codec<std::map<std::string, SettingValue>>::write(route.router_kwargs)}
        );
    }
    if (!route.registrations.empty()) {
        Node::Array items;
        for (const auto& one : route.registrations) {
            items.push_back(
                {Node::Table{
                     {"prefix", {}, Codec<std::string>::write(one.prefix)},
                     {"viewset", {}, Codec<std::string>::write(one.viewset)},
                     {"basename", {}, Codec<std::string>::write(one.basename)}},
                 {},
                 {}}
            );
        }
        table.push_back({"register", {}, {std::move(items), {}, {}}});
    }
    return {std::move(table), {}, {}};
}

} // namespace

void read_routes(const Node& node, Settings& settings, Reader& reader) {
    const auto* items = std::get_if<Node::Array>(&node.value);
    if (items == nullptr) {
        reader.problem(
            node.where, fmt::format("ROUTES: expected [[ROUTES]] tables, found {}", found(node))
        );
        return;
    }
    settings.routes.clear();
    for (const Node& item : *items) {
        read_route(item, settings, reader);
    }
}

Node write_routes(const std::vector<RouteSettings>& routes) {
    Node::Array items;
    for (const RouteSettings& route : routes) {
        items.push_back(write_route(route));
    }
    return {std::move(items), {}, {}};
}

std::vector<Setting> route_settings() {
    return {
        Setting{
            {"ROUTES",
             "Where views are mounted, in order: `route` (with `regex`, a regular expression), and "
             "one of `include` (drf_messages.urls; rest_framework.urls, which are login/ and "
             "logout/; drf_messages.start, a page that leads to the others; drf_messages.schema, "
             "the OpenAPI document and reference/, its page; drf_messages.admin or "
             "django.contrib.admin.site.urls, the admin) with an optional `namespace`, `view` "
             "(rest_framework.authtoken.views.obtain_auth_token, or one of drf_spectacular.views: "
             "SpectacularAPIView, SpectacularYAMLAPIView, SpectacularJSONAPIView), or a `router` "
             "with `router_kwargs` and `register`.",
             "[{ route = \"api/messages/\", include = \"drf_messages.urls\" }]"},
            "list of tables",
            read_routes,
            [](const Settings& settings) { return write_routes(settings.routes); }},
        Setting{
            {"CLASSES",
             "Subclasses as data: by name, a `base` and, beside it, the attributes that the "
             "subclass sets. The name can then "
             "stand wherever its base can.",
             "{ \"site.Pages\" = { base = \"rest_framework.pagination.PageNumberPagination\", "
             "page_size = 20 } }"},
            "table of tables",
            // Read before everything else, into the reader.
            [](const Node&, Settings& settings, Reader& reader) {
                settings.classes = reader.classes;
            },
            [](const Settings& settings) { return write_classes(settings.classes); }},
    };
}

} // namespace drf_messages::config
