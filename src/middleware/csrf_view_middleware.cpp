// SPDX-License-Identifier: MIT
#include "django/csrf_token.hpp"
#include "http/cookies.hpp"
#include "http/headers.hpp"
#include "middleware/factories.hpp"
#include "middleware/host.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/referer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace drf_messages::middleware {
namespace {

constexpr std::string_view session_token_name = "_csrftoken";
constexpr std::string_view form_field_name = "csrfmiddlewaretoken";

/// The token that this client already has: CsrfViewMiddleware._get_token.
std::optional<std::string> stored_token(HttpRequest& request) {
    const Settings& settings = request.site.settings;
    if (settings.csrf_use_sessions) {
        if (request.session) {
            if (const auto token = request.session->find_text(session_token_name)) {
                // A session can hold anything; the check must only ever see a token.
                return django::sanitize_csrf_token(*token, request.site.random);
            }
        }
        return std::nullopt;
    }
    const auto& cookies = request.cookies();
    const auto cookie = cookies.find(settings.csrf_cookie_name);
    if (cookie == cookies.end()) {
        return std::nullopt;
    }
    return django::sanitize_csrf_token(cookie->second, request.site.random);
}

/// A host of CSRF_TRUSTED_ORIGINS as the check of Django 3.2 compares it; that of Django 4 comes
/// with a scheme. Empty for an origin without TLS, which no Referer that gets this far can have.
std::string trusted_host(std::string_view origin) {
    const std::size_t scheme_end = origin.find("://");
    if (scheme_end == std::string_view::npos) {
        return std::string(origin);
    }
    if (origin.substr(0, scheme_end) != "https") {
        return {};
    }
    origin.remove_prefix(scheme_end + 3);
    if (origin.starts_with("*.")) {
        origin.remove_prefix(1);
    }
    return std::string(origin);
}

/// Whether a page of that host may send requests here over TLS.
bool is_good_referer(HttpRequest& request, const std::string& netloc) {
    const Settings& settings = request.site.settings;
    const auto& origins = settings.csrf_trusted_origins;
    if (std::any_of(origins.begin(), origins.end(), [&](const std::string& origin) {
            return is_same_domain(netloc, trusted_host(origin));
        })) {
        return true;
    }
    const std::optional<std::string>& domain =
        settings.csrf_use_sessions ? settings.session_cookie_domain : settings.csrf_cookie_domain;
    if (!domain) {
        return request.host() && is_same_domain(netloc, *request.host());
    }
    const std::string port = request.port();
    return is_same_domain(
        netloc, port == "443" || port == "80" ? *domain : fmt::format("{}:{}", *domain, port)
    );
}

/// The additional checks if the connection is encrypted.
std::optional<std::string> referer_failure(HttpRequest& request) {
    const std::optional<std::string> header = request.header("Referer");
    if (!header) {
        return "Referer checking failed - no Referer.";
    }
    const std::optional<Referer> referer = parse_referer(*header);
    if (!referer || referer->scheme.empty() || referer->netloc.empty()) {
        return "Referer checking failed - Referer is malformed.";
    }
    if (referer->scheme != "https") {
        return "Referer checking failed - Referer is insecure while host is secure.";
    }
    if (!is_good_referer(request, referer->netloc)) {
        return fmt::format(
            "Referer checking failed - {} does not match any trusted origins.", referer->url
        );
    }
    return std::nullopt;
}

/// Whether a request with this Origin may come here: from this very host, or from an origin that
/// CSRF_TRUSTED_ORIGINS names, exactly or as "https://*.example.com".
/// - Django 4: django/middleware/csrf.py, _origin_verified.
bool is_good_origin(HttpRequest& request, const std::string& origin) {
    if (request.host() &&
        origin == fmt::format("{}://{}", request.is_secure() ? "https" : "http", *request.host())) {
        return true;
    }
    const std::optional<Referer> parsed = parse_referer(origin);
    const auto& trusted = request.site.settings.csrf_trusted_origins;
    return std::any_of(trusted.begin(), trusted.end(), [&](std::string_view pattern) {
        const std::size_t scheme_end = pattern.find("://");
        const std::size_t star = pattern.find('*');
        if (star == std::string_view::npos || scheme_end == std::string_view::npos) {
            return pattern == origin;
        }
        return parsed && parsed->scheme == pattern.substr(0, scheme_end) &&
               is_same_domain(parsed->netloc, std::string(pattern.substr(star + 1)));
    });
}

/// Django: django/middleware/csrf.py. None of our own views is checked here: REST framework exempts
/// its views and calls csrf_failure() itself; only the token and its cookie remain.
class CsrfViewMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        if (auto token = stored_token(request)) {
            request.csrf_cookie = std::move(token);
        }
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        if (!request.csrf_cookie_used) {
            return;
        }
        const Settings& settings = request.site.settings;
        if (settings.csrf_use_sessions) {
            if (request.session &&
                request.session->find_text(session_token_name) != *request.csrf_cookie) {
                request.session->set_text(session_token_name, *request.csrf_cookie);
            }
            return;
        }
        http::CookieAttributes attributes;
        attributes.max_age = settings.csrf_cookie_age;
        attributes.domain = settings.csrf_cookie_domain;
        attributes.path = settings.csrf_cookie_path;
        attributes.secure = settings.csrf_cookie_secure;
        attributes.httponly = settings.csrf_cookie_httponly;
        attributes.samesite = settings.csrf_cookie_samesite;
        response.headers.add(
            "Set-Cookie",
            http::set_cookie(
                settings.csrf_cookie_name,
                *request.csrf_cookie,
                attributes,
                std::chrono::floor<std::chrono::seconds>(request.site.clock())
            )
        );
        http::patch_vary(response.headers, "Cookie");
    }
};

} // namespace

std::string posted_csrf_token(HttpRequest& request) {
    return PostedForm(request).get(form_field_name).value_or("");
}

std::optional<std::string> csrf_failure(HttpRequest& request, const PostedToken& posted_token) {
    const std::string& method = request.method;
    if (method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE") {
        return std::nullopt;
    }
    const std::optional<std::string> origin =
        request.site.settings.csrf_check_origin ? request.header("Origin") : std::nullopt;
    if (origin) {
        if (!is_good_origin(request, *origin)) {
            return fmt::format(
                "Origin checking failed - {} does not match any trusted origins.", *origin
            );
        }
    } else if (request.is_secure()) {
        if (auto failure = referer_failure(request)) {
            return failure;
        }
    }
    const std::optional<std::string> token = stored_token(request);
    if (!token) {
        return "CSRF cookie not set.";
    }
    std::string sent = method == "POST" ? posted_token(request) : std::string();
    if (sent.empty()) {
        sent = request.meta(request.site.settings.csrf_header_name).value_or("");
    }
    const std::string sanitized = django::sanitize_csrf_token(sent, request.site.random);
    if (!django::csrf_tokens_match(sanitized, *token)) {
        return "CSRF token missing or incorrect.";
    }
    return std::nullopt;
}

std::string csrf_token(HttpRequest& request) {
    if (!request.csrf_cookie) {
        request.csrf_cookie = django::new_csrf_token(request.site.random);
    }
    request.csrf_cookie_used = true;
    return django::remask_csrf_token(*request.csrf_cookie, request.site.random);
}

std::unique_ptr<Middleware> make_csrf_view_middleware(const SiteResources&, const View&) {
    return std::make_unique<CsrfViewMiddleware>();
}

void rotate_csrf_token(HttpRequest& request) {
    request.csrf_cookie = django::new_csrf_token(request.site.random);
    request.csrf_cookie_used = true;
}

} // namespace drf_messages::middleware
