// SPDX-License-Identifier: MIT
#include "api/views/api_root.hpp"

#include "http/url.hpp"
#include "middleware/required.hpp"
#include "text/percent.hpp"

#include <string>
#include <utility>
#include <vector>

namespace drf_messages::api {
namespace {

/// A path of the URL configuration as an absolute URL of this request's site.
std::string absolute(middleware::HttpRequest& http, const std::string& path) {
    const auto& host = middleware::required_host(http);
    const std::string_view script(http.path.data(), http.path.size() - http.path_info.size());
    // What Python's quote() leaves alone in django.urls.reverse().
    auto url = text::percent_encode(std::string(script) + '/' + path, "!$&'()*+,;=/~:@");
    if (url.starts_with("//")) {
        url = "/%2F" + url.substr(2); // a link never leads to another host
    }
    return http::iri_to_uri((http.is_secure() ? "https://" : "http://") + host + url);
}

/// `?format=` of the request goes into each link.
std::string
preserve_format(const ViewPolicies& policies, middleware::HttpRequest& http, std::string url) {
    const auto& param = policies.settings.rest_framework.url_format_override;
    if (!param || param->empty()) {
        return url;
    }
    const auto value = middleware::required_query(http).get(*param);
    return value ? http::replace_query_param(url, *param, *value) : url;
}

} // namespace

UrlView api_root_view(ViewMaker& maker, const RoutedView& view) {
    const auto policies = maker.router_policies();
    const auto get = [&routes = maker.routes(), &mount = *view.mount, policies](ApiRequest& request
                     ) {
        const Reverse plain = [&](const std::string& name,
                                  const Kwargs& kwargs) -> std::optional<std::string> {
            const auto path = routes.reverse(name, kwargs);
            return path ? std::optional(absolute(request.http, *path)) : std::nullopt;
        };
        std::vector<std::pair<std::string, std::string>> links;
        for (const auto& registration : mount.registrations) {
            auto name = registration.basename + "-list";
            if (!request.name_space.empty()) {
                name.insert(0, ":").insert(0, request.name_space);
            }
            std::optional<std::string> url;
            if (policies->versioning) {
                url = policies->versioning->reverse(request, name, request.kwargs, plain);
            }
            if (!url) {
                url = plain(name, request.kwargs);
            }
            if (url) {
                links.emplace_back(
                    registration.prefix, preserve_format(*policies, request.http, std::move(*url))
                );
            }
        }
        return ApiResponse{200, [links = std::move(links)](text::JsonWriter& json) {
                               json.begin_object();
                               for (const auto& [prefix, url] : links) {
                                   json.key(prefix);
                                   json.string(url);
                               }
                               json.end_object();
                           }};
    };
    return maker.with_pages(std::make_unique<View>(
        policies,
        View::Options{
            "Api Root",
            "The default basic root view for DefaultRouter",
            false,
            {{"GET", {"", get}}}}
    ));
}

} // namespace drf_messages::api
