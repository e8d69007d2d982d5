// SPDX-License-Identifier: MIT
#include "http/comma_list.hpp"
#include "middleware/factories.hpp"
#include "middleware/redirect.hpp"
#include "middleware/required.hpp"
#include "model/release_defaults.hpp"

#include <boost/regex.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace drf_messages::middleware {
namespace {

void set_default(http::Headers& headers, std::string_view name, const std::string& value) {
    if (!headers.contains(name)) {
        headers.set(name, value);
    }
}

/// "a, b" -> "a,b".
std::string without_spaces_around_commas(std::string_view list) {
    return fmt::format("{}", fmt::join(http::split_at_commas(list), ","));
}

/// Django: django/middleware/security.py.
class SecurityMiddleware final : public Middleware {
public:
    explicit SecurityMiddleware(const SiteResources& site)
        : settings_(site.settings),
          opener_policy_(model::opener_policy_of(site.settings, site.differences)),
          xss_filter_(
              site.settings.secure_browser_xss_filter &&
              !site.differences.has(model::Difference::xss_header_gone)
          ) {
        const Settings& settings = site.settings;
        if (settings.secure_hsts_seconds != 0) {
            hsts_ = fmt::format("max-age={}", settings.secure_hsts_seconds);
            if (settings.secure_hsts_include_subdomains) {
                hsts_ += "; includeSubDomains";
            }
            if (settings.secure_hsts_preload) {
                hsts_ += "; preload";
            }
        }
        if (settings.secure_referrer_policy) {
            referrer_policy_ = without_spaces_around_commas(*settings.secure_referrer_policy);
        }
        for (const std::string& pattern : settings.secure_redirect_exempt) {
            redirect_exempt_.emplace_back(pattern);
        }
    }

    std::optional<http::Response> process_request(HttpRequest& request) override {
        if (!settings_.secure_ssl_redirect || request.is_secure() || is_exempt(request.path)) {
            return std::nullopt;
        }
        const auto& fixed = settings_.secure_ssl_host;
        const std::string& host = fixed && !fixed->empty() ? *fixed : required_host(request);
        return permanent_redirect(fmt::format("https://{}{}", host, request.full_path(false)));
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        if (!hsts_.empty() && request.is_secure()) {
            set_default(response.headers, "Strict-Transport-Security", hsts_);
        }
        if (settings_.secure_content_type_nosniff) {
            set_default(response.headers, "X-Content-Type-Options", "nosniff");
        }
        if (xss_filter_) {
            set_default(response.headers, "X-XSS-Protection", "1; mode=block");
        }
        if (!referrer_policy_.empty()) {
            set_default(response.headers, "Referrer-Policy", referrer_policy_);
        }
        if (!opener_policy_.empty()) {
            set_default(response.headers, "Cross-Origin-Opener-Policy", opener_policy_);
        }
    }

private:
    bool is_exempt(std::string_view path) const {
        path.remove_prefix(std::min(path.size(), path.find_first_not_of('/')));
        return std::any_of(
            redirect_exempt_.begin(),
            redirect_exempt_.end(),
            [&](const boost::regex& pattern) {
                return boost::regex_search(path.begin(), path.end(), pattern);
            }
        );
    }

    const Settings& settings_;
    std::string hsts_;
    std::string referrer_policy_;
    std::string opener_policy_;
    bool xss_filter_;
    std::vector<boost::regex> redirect_exempt_;
};

} // namespace

std::unique_ptr<Middleware> make_security_middleware(const SiteResources& site, const View&) {
    return std::make_unique<SecurityMiddleware>(site);
}

} // namespace drf_messages::middleware
