// SPDX-License-Identifier: MIT
#pragma once

#include "api/routing/url_pattern.hpp"

#include <drf_messages/settings.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::api {

/// What a route leads to.
enum class RouteKind { list, peek, detail, api_root, login, logout, auth_token };

/// An endpoint: a plain piece of path, perhaps a primary key, and the end.
struct Route {
    RouteKind kind = RouteKind::list;
    std::size_t registration = 0; ///< which `register` of its mount; of no meaning for the API root
    std::string name;             ///< "messages-list"
    /// "messages/" before a key, else all of "messages/peek/"; without the suffix
    std::string stem;
    bool has_pk = false;
    bool has_suffix = false;           ///< ends in ".json" or ".json/" instead of `tail`
    bool has_rest = false;             ///< anything may follow: a regular expression without end
    std::string tail;                  ///< behind the key: "/" or nothing
    std::optional<UrlPattern> pattern; ///< for a prefix or a lookup_value_regex that is no plain
                                       ///< text; the rest is then unused

    /// Whether all of `path` is this route's; adds what it catches to `kwargs`.
    bool match(std::string_view path, const std::string& suffix_kwarg, Kwargs& kwargs) const;
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
    /// - lookup_of: the `lookup_value_regex` of a viewset; absent where it is the usual one.
    /// - throws std::invalid_argument for a route, an include or a router that cannot be.
    Routes(
        const Settings& settings,
        const std::function<std::optional<std::string>(const ClassName& viewset)>& lookup_of
    );

    /// - path_info: decoded, begins with "/".
    std::optional<RouteMatch> resolve(std::string_view path_info) const;
    bool is_valid(std::string_view path_info) const { return resolve(path_info).has_value(); }

    /// The path behind "/" of a list route or an API root by name ("ns:messages-list") with exactly
    /// these arguments, not percent-encoded. Absent when there is none.
    std::optional<std::string> reverse(std::string_view name, const Kwargs& kwargs) const;

    const std::vector<Mount>& mounts() const noexcept { return mounts_; }

private:
    bool in_name_space(const Mount& mount, std::string_view name_space) const;

    std::vector<Mount> mounts_;
    std::string suffix_kwarg_;
};

} // namespace drf_messages::api
