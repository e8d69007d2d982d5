// SPDX-License-Identifier: MIT
#pragma once

#include "unit/middleware/site_test.hpp"
#include "urls/url_conf.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::test {

/// The whole site behind the socket: middleware, routes and views, asked by ann with her token.
/// Settings may change between two requests.
class MessagesSite : public middleware::SiteTest {
protected:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    MessagesSite() {
        site.settings.rest_framework.default_authentication_classes = {
            "rest_framework.authentication.TokenAuthentication"};
        site.settings.rest_framework.default_filter_backends = {
            "django_filters.rest_framework.DjangoFilterBackend"};
        site.caches.emplace("default", cache::dummy_cache());
        handle = [this](middleware::HttpRequest& request) {
            return urls::UrlConf(site).handle(request);
        };
    }

    http::Response get(std::string target, Headers headers = {}) {
        headers.emplace_back("Authorization", "Token " + token);
        return answer(request("GET", std::move(target), std::move(headers)));
    }

    /// The ids that the list shows, in its order.
    std::vector<std::int64_t> ids(const std::string& query) {
        const auto response = get("/messages/?" + query);
        EXPECT_EQ(response.status, 200) << query << ": " << response.body;
        std::vector<std::int64_t> found;
        constexpr std::string_view before = "{\"id\":";
        for (auto at = response.body.find(before); at != std::string::npos;
             at = response.body.find(before, at + 1)) {
            found.push_back(std::stoll(response.body.substr(at + before.size())));
        }
        return found;
    }

    UserId ann = given.user("ann");
    std::string token = given.token(ann);
};

} // namespace drf_messages::test
