// SPDX-License-Identifier: MIT
#include "http/headers.hpp"
#include "middleware/factories.hpp"
#include "middleware/language.hpp"

#include <string>

namespace drf_messages::middleware {
namespace {

constexpr const char* language_cookie_name = "django_language"; // LANGUAGE_COOKIE_NAME's default

/// Django: django/middleware/locale.py, without language prefixes in paths, which our routes do not
/// have.
class LocaleMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        request.chosen_language = choose(request);
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        http::patch_vary(response.headers, "Accept-Language");
        if (!response.headers.contains("Content-Language")) {
            response.headers.set("Content-Language", request.chosen_language);
        }
    }

private:
    static std::string choose(HttpRequest& request) {
        const auto& cookies = request.cookies();
        if (const auto cookie = cookies.find(language_cookie_name); cookie != cookies.end()) {
            if (auto language = supported_language_variant(cookie->second)) {
                return *language;
            }
        }
        if (const auto header = request.header("Accept-Language")) {
            if (auto language = accepted_language(*header)) {
                return *language;
            }
        }
        const std::string& code = request.site.settings.language_code;
        return supported_language_variant(code).value_or(code);
    }
};

} // namespace

std::unique_ptr<Middleware> make_locale_middleware(const SiteResources&, const View&) {
    return std::make_unique<LocaleMiddleware>();
}

} // namespace drf_messages::middleware
