// SPDX-License-Identifier: MIT
#include "http/url.hpp"
#include "middleware/factories.hpp"
#include "middleware/redirect.hpp"
#include "middleware/required.hpp"

#include <string>

namespace drf_messages::middleware {
namespace {

/// Django: django/middleware/common.py.
class CommonMiddleware final : public Middleware {
public:
    CommonMiddleware(const SiteResources& site, const View& view)
        : settings_(site.settings), view_(view),
          later_(site.differences.has(model::Difference::append_slash_later)),
          without_length_(site.differences.has(model::Difference::append_slash_without_length)) {}

    std::optional<http::Response> process_request(HttpRequest& request) override {
        const std::string& host = required_host(request);
        std::string redirect;
        if (settings_.prepend_www && !host.starts_with("www.")) {
            redirect = (request.is_secure() ? "https://www." : "http://www.") + host;
        }
        if ((!later_ || !redirect.empty()) && should_redirect_with_slash(request)) {
            return permanent_redirect(redirect + path_with_slash(request));
        }
        if (!redirect.empty()) {
            return permanent_redirect(redirect + request.full_path(false));
        }
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        if (response.status == 404 && should_redirect_with_slash(request)) {
            response = permanent_redirect(path_with_slash(request));
            if (without_length_) {
                return;
            }
        }
        if (!response.stream && !response.headers.contains("Content-Length")) {
            response.headers.set("Content-Length", std::to_string(response.body.size()));
        }
    }

private:
    /// Whether a path leads nowhere without a slash at its end, and somewhere with one.
    bool should_redirect_with_slash(const HttpRequest& request) const {
        return settings_.append_slash && !request.path_info.ends_with('/') &&
               !view_.is_valid_path(request.path_info) &&
               view_.is_valid_path(request.path_info + "/");
    }

    static std::string path_with_slash(const HttpRequest& request) {
        return http::escape_leading_slashes(request.full_path(true));
    }

    const Settings& settings_;
    const View& view_;
    bool later_;
    bool without_length_;
};

} // namespace

std::unique_ptr<Middleware> make_common_middleware(const SiteResources& site, const View& view) {
    return std::make_unique<CommonMiddleware>(site, view);
}

} // namespace drf_messages::middleware
