// SPDX-License-Identifier: MIT
#include "http/headers.hpp"
#include "middleware/factories.hpp"

#include <optional>
#include <string>

namespace drf_messages::middleware {
namespace {

/// Django: django/middleware/locale.py, without language prefixes in paths, which our routes do not
/// have.
class LocaleMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        const auto& cookies = request.cookies();
        const auto cookie = cookies.find(request.site.settings.language_cookie_name);
        request.chosen_language = &request.site.languages->chosen_by(
            cookie != cookies.end() ? std::optional(cookie->second) : std::nullopt,
            request.header("Accept-Language")
        );
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        http::patch_vary(response.headers, "Accept-Language");
        if (!response.headers.contains("Content-Language")) {
            response.headers.set("Content-Language", request.language().code);
        }
    }
};

} // namespace

std::unique_ptr<Middleware> make_locale_middleware(const SiteResources&, const View&) {
    return std::make_unique<LocaleMiddleware>();
}

} // namespace drf_messages::middleware
