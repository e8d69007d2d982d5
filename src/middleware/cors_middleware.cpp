// SPDX-License-Identifier: MIT
#include "http/headers.hpp"
#include "middleware/factories.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace drf_messages::middleware {
namespace {

constexpr std::string_view allowed_methods = "DELETE, GET, OPTIONS, PATCH, POST, PUT";

/// What pages of other sites may send; the last two are for streams and conditional requests.
constexpr std::string_view allowed_headers =
    "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with, "
    "if-none-match, last-event-id";

/// What they may read of an answer.
constexpr std::string_view exposed_headers = "ETag, Messages-State, X-Poll-Interval";

/// How long a browser need not ask again, in seconds.
constexpr std::string_view preflight_max_age = "86400";

/// django-cors-headers: corsheaders/middleware.py.
class CorsMiddleware final : public Middleware {
public:
    explicit CorsMiddleware(const Settings& settings) : settings_(settings) {}

    std::optional<http::Response> process_request(HttpRequest& request) override {
        if (request.method != "OPTIONS" || !request.header("Access-Control-Request-Method")) {
            return std::nullopt;
        }
        http::Response preflight;
        preflight.headers.set("Content-Length", "0");
        return preflight;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        http::patch_vary(response.headers, "origin");
        const auto origin = request.header("Origin");
        const auto& allowed = settings_.cors_allowed_origins;
        if (!origin || std::find(allowed.begin(), allowed.end(), *origin) == allowed.end()) {
            return;
        }
        auto& headers = response.headers;
        if (settings_.cors_allow_credentials) {
            headers.set("access-control-allow-credentials", "true");
        }
        headers.set("access-control-allow-origin", *origin);
        headers.set("access-control-expose-headers", std::string(exposed_headers));
        if (request.method == "OPTIONS") {
            headers.set("access-control-allow-headers", std::string(allowed_headers));
            headers.set("access-control-allow-methods", std::string(allowed_methods));
            headers.set("access-control-max-age", std::string(preflight_max_age));
        }
    }

private:
    const Settings& settings_;
};

} // namespace

std::unique_ptr<Middleware> make_cors_middleware(const SiteResources& site, const View&) {
    return std::make_unique<CorsMiddleware>(site.settings);
}

} // namespace drf_messages::middleware
