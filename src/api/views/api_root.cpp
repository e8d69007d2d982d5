// SPDX-License-Identifier: MIT
#include "api/views/api_root.hpp"

#include "api/routing/reverse_url.hpp"

#include <string>
#include <utility>
#include <vector>

namespace drf_messages::api {

UrlView api_root_view(ViewMaker& maker, const RoutedView& view) {
    const auto policies = maker.router_policies();
    const auto get = [&routes = maker.routes(), &mount = *view.mount, policies](ApiRequest& request
                     ) {
        std::vector<std::pair<std::string, std::string>> links;
        for (const auto& registration : mount.registrations) {
            const auto& settings = policies->settings;
            if (auto url = reverse_url(
                    request,
                    routes,
                    settings,
                    policies->versioning.get(),
                    registration.basename + "-list",
                    request.kwargs
                )) {
                links.emplace_back(registration.prefix, *std::move(url));
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
