// SPDX-License-Identifier: MIT
#pragma once

#include "api/routing/url_pattern.hpp"
#include "api/tables/endpoints.hpp"
#include "http/message.hpp"
#include "middleware/http_request.hpp"

#include <drf_messages/settings.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

class View;
class ViewMaker;
struct Mount;
struct RoutedView;

/// Who answers the requests of a route.
class UrlView : public std::function<http::Response(
                    middleware::HttpRequest& request, Kwargs kwargs, const std::string& name_space
                )> {
public:
    using function::function;

    std::shared_ptr<const View> rest_view{}; ///< null: REST framework has no part in it
};

/// Makes a view; called once, when the URL configuration is made.
using MakeView = UrlView (*)(ViewMaker& maker, const RoutedView& view);

/// A view that routes lead to.
struct RoutedView {
    MakeView make;
    const Mount* mount;
    const RouteSettings::Registration* registration; ///< null: not of a router's viewset
    const EndpointSpec* endpoint;                    ///< of that viewset
    bool reads_body;                                 ///< of a request with a method such as POST
    bool is_described = true;                        ///< the OpenAPI document has it
};

/// A URL that stands for itself, behind the prefix of its mount.
struct PlainEndpoint {
    std::string_view path;
    std::string_view name;
    MakeView make;
    bool reads_body = false;  ///< of a request with a method such as POST
    bool is_described = true; ///< the OpenAPI document has it
};

/// What `include`, `view` or `router` of an entry of `[[ROUTES]]` can name, and the URLs that it
/// brings: those of the registered viewsets, and then its own.
struct UrlModule {
    enum class Kind { include, view, router };
    Kind kind;
    std::string_view name;
    std::string_view app_name{}; ///< of an include
    /// What an include registers with a router; of a router that is the entry's matter.
    std::string_view viewset{};
    std::string_view basename{};
    bool format_suffixes = false;
    /// Makes the views of registered viewsets.
    MakeView make = nullptr;
    std::span<const PlainEndpoint> endpoints{};
};

/// The path of an endpoint: a plain piece, perhaps a primary key and more behind it, and the end.
struct Route {
    std::size_t view = 0; ///< of Routes::views()
    std::string name;     ///< "messages-list"
    /// "messages/" before a key, else all of "messages/peek/"; without the suffix
    std::string stem;
    std::string whole; ///< "/messages/{pk}/": for people, and the labels of metrics
    bool has_pk = false;
    bool has_suffix = false;           ///< ends in ".json" or ".json/" behind `tail`
    bool has_rest = false;             ///< anything may follow: a regular expression without end
    std::string tail;                  ///< behind the key: "/", "/read/" or nothing
    std::optional<UrlPattern> pattern; ///< for a prefix or a lookup_value_regex that is no plain
                                       ///< text; the rest is then unused

    /// Whether all of `path` is this route's; adds what it catches to `kwargs`.
    bool match(std::string_view path, const std::string& suffix_kwarg, Kwargs& kwargs) const;
    /// Behind the prefix of its mount; absent for an expression that has no single text.
    std::optional<PathTemplate> as_template(const std::string& suffix_kwarg) const;
};

/// One entry of `[[ROUTES]]` with its endpoints, in the order in which they are tried.
struct Mount {
    UrlPattern prefix;
    std::string app_name;   ///< "drf_messages" or "rest_framework" for include(), else empty
    std::string name_space; ///< instance namespace, else empty
    std::vector<RouteSettings::Registration> registrations;
    std::vector<Route> routes;
};

/// A path that has been found.
struct RouteMatch {
    const Mount* mount = nullptr;
    const Route* route = nullptr;
    Kwargs kwargs;
};

/// The URL configuration: `[[ROUTES]]`, as django.urls resolves it and REST framework's routers
/// fill it.
/// - Django: django/urls/resolvers.py; rest_framework/routers.py, urlpatterns.py.
class Routes {
public:
    /// - modules: what the entries may name; must outlive it.
    /// - lookup_of: the `lookup_value_regex` of a viewset; absent where it is the usual one.
    /// - throws std::invalid_argument for a route, an include or a router that cannot be.
    Routes(
        const Settings& settings,
        std::span<const UrlModule> modules,
        const std::function<std::optional<std::string>(const ClassName& viewset)>& lookup_of
    );

    Routes(const Routes&) = delete;
    Routes& operator=(const Routes&) = delete;

    /// - path_info: decoded, begins with "/".
    std::optional<RouteMatch> resolve(std::string_view path_info) const;
    bool is_valid(std::string_view path_info) const { return resolve(path_info).has_value(); }

    /// The path behind "/" of a route by name ("ns:messages-list") with exactly
    /// these arguments, not percent-encoded. Absent when there is none.
    std::optional<std::string> reverse(std::string_view name, const Kwargs& kwargs) const;

    const std::vector<RoutedView>& views() const noexcept { return views_; }
    const std::vector<Mount>& mounts() const noexcept { return mounts_; }
    /// The name of the argument that a suffix is caught in.
    const std::string& suffix_kwarg() const noexcept { return suffix_kwarg_; }

private:
    bool in_name_space(const Mount& mount, std::string_view name_space) const;

    std::vector<Mount> mounts_;
    std::vector<RoutedView> views_; ///< point to mounts_
    std::string suffix_kwarg_;
};

} // namespace drf_messages::api
