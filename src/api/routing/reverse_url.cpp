// SPDX-License-Identifier: MIT
#include "api/routing/reverse_url.hpp"

#include "http/url.hpp"
#include "middleware/required.hpp"
#include "text/percent.hpp"

#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

/// A path of the URL configuration as an absolute URL of this request's site.
std::string absolute(middleware::HttpRequest& http, const std::string& path) {
    const auto& host = middleware::required_host(http);
    // What Python's quote() leaves alone in django.urls.reverse().
    const auto url = http::escape_leading_slashes(
        text::percent_encode(std::string(http.script_name()) + '/' + path, "!$&'()*+,;=/~:@")
    );
    return http::iri_to_uri((http.is_secure() ? "https://" : "http://") + host + url);
}

} // namespace

std::string
preserve_format(const Settings& settings, middleware::HttpRequest& http, std::string url) {
    const auto& param = settings.rest_framework.url_format_override;
    if (!param || param->empty()) {
        return url;
    }
    const auto value = middleware::required_query(http).get(*param);
    return value ? http::replace_query_param(url, *param, *value) : url;
}

std::optional<std::string> reverse_url(
    ApiRequest& request,
    const Routes& routes,
    const Settings& settings,
    const Versioning* versioning,
    std::string name,
    Kwargs& kwargs
) {
    const Reverse plain = [&](const std::string& wanted,
                              const Kwargs& arguments) -> std::optional<std::string> {
        const auto path = routes.reverse(wanted, arguments);
        return path ? std::optional(absolute(request.http, *path)) : std::nullopt;
    };
    if (!request.name_space.empty()) {
        name.insert(0, ":").insert(0, request.name_space);
    }
    std::optional<std::string> url;
    if (versioning != nullptr) {
        url = versioning->reverse(request, name, kwargs, plain);
    }
    if (!url) {
        url = plain(name, kwargs);
    }
    return url ? std::optional(preserve_format(settings, request.http, *std::move(url)))
               : std::nullopt;
}

} // namespace drf_messages::api
