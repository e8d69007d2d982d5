// SPDX-License-Identifier: MIT
#include "django/csrf_token.hpp"
#include "http/cookies.hpp"
#include "http/headers.hpp"
#include "http/url.hpp"
#include "middleware/csrf_header.hpp"
#include "middleware/factories.hpp"
#include "middleware/host.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/referer.hpp"
#include "middleware/required.hpp"
#include "model/release_defaults.hpp"
#include "text/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace drf_messages::middleware {
namespace {

using model::Difference;

constexpr std::string_view session_token_name = "_csrftoken";
constexpr std::string_view form_field_name = "csrfmiddlewaretoken";

/// What this client has, in its cookie or its session, whatever form that has.
std::optional<std::string> stored_token(HttpRequest& request) {
    const Settings& settings = request.site.settings;
    if (settings.csrf_use_sessions) {
        const auto token =
            request.session ? request.session->find_text(session_token_name) : std::nullopt;
        return token ? std::optional<std::string>(*token) : std::nullopt;
    }
    const auto& cookies = request.cookies();
    const auto cookie = cookies.find(settings.csrf_cookie_name);
    return cookie == cookies.end() ? std::nullopt : std::optional(cookie->second);
}

/// A secret that is new here, as the cookie or the session will have it. Django 4:
/// _add_new_csrf_cookie.
std::string new_cookie(const HttpRequest& request) {
    const auto& site = request.site;
    std::string secret = django::new_csrf_secret(site.random);
    const bool masked =
        !site.differences.has(Difference::csrf_plain_cookie) ||
        (site.differences.has(Difference::csrf_cookie_masked) && site.settings.csrf_cookie_masked);
    return masked ? django::mask_csrf_secret(secret, site.random) : secret;
}

/// The same of a secret that the client has already, in `stored`.
std::string
kept_cookie(const HttpRequest& request, const std::string& stored, const std::string& secret) {
    if (request.site.differences.has(Difference::csrf_plain_cookie)) {
        return secret;
    }
    return django::is_masked_csrf_token(stored)
               ? stored
               : django::mask_csrf_secret(secret, request.site.random);
}

/// A host of CSRF_TRUSTED_ORIGINS as Django 4 and later compare it with that of a Referer, whatever
/// the scheme of either is. Empty where there is no scheme.
std::string host_of_origin(std::string_view origin) {
    std::string netloc = http::split_url(origin).netloc;
    netloc.erase(0, std::min(netloc.size(), netloc.find_first_not_of('*')));
    return netloc;
}

/// The same with Django 3.2, which has hosts there; that of Django 4 comes with a scheme. Empty for
/// an origin without TLS, which no Referer that gets this far can have.
std::string trusted_host(std::string_view origin) {
    const std::size_t scheme_end = origin.find("://");
    if (scheme_end == std::string_view::npos) {
        return std::string(origin);
    }
    return origin.substr(0, scheme_end) == "https" ? host_of_origin(origin) : std::string();
}

/// Whether a page of that host may send requests here over TLS.
bool is_good_referer(HttpRequest& request, const std::string& netloc) {
    const Settings& settings = request.site.settings;
    const auto& origins = settings.csrf_trusted_origins;
    const auto host_of = request.site.differences.has(Difference::csrf_trusted_origins_scheme)
                             ? host_of_origin
                             : trusted_host;
    if (std::any_of(origins.begin(), origins.end(), [&](const std::string& origin) {
            return is_same_domain(netloc, host_of(origin));
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
    const bool as_sent = request.site.differences.has(Difference::csrf_referer_as_sent);
    const std::optional<Referer> referer = parse_referer(*header, as_sent);
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
/// - Django 4: _origin_verified.
bool is_good_origin(HttpRequest& request, const std::string& origin) {
    if (request.host() &&
        origin == fmt::format("{}://{}", request.is_secure() ? "https" : "http", *request.host())) {
        return true;
    }
    const std::optional<Referer> parsed = parse_referer(origin);
    const auto& trusted = request.site.settings.csrf_trusted_origins;
    return std::any_of(trusted.begin(), trusted.end(), [&](const std::string& pattern) {
        if (pattern.find('*') == std::string::npos) {
            return pattern == origin;
        }
        return parsed && parsed->scheme == http::split_url(pattern).scheme &&
               is_same_domain(parsed->netloc, host_of_origin(pattern));
    });
}

/// What stands beside the cookie.
struct SentToken {
    std::optional<std::string> text; ///< absent: there is none
    bool posted = false;
};

SentToken sent_token(HttpRequest& request, const PostedToken& posted_token) {
    if (request.method == "POST") {
        if (std::string posted = posted_token(request); !posted.empty()) {
            return {std::move(posted), true};
        }
    }
    return {request.meta(request.site.settings.csrf_header_name)};
}

/// "HTTP_X_CSRFTOKEN" -> "the 'X-Csrftoken' HTTP header". Django: HttpHeaders.parse_header_name.
std::string header_words(std::string_view wsgi_name) {
    constexpr std::string_view prefix = "HTTP_";
    if (wsgi_name.starts_with(prefix)) {
        wsgi_name.remove_prefix(prefix.size());
    } else if (wsgi_name != "CONTENT_TYPE" && wsgi_name != "CONTENT_LENGTH") {
        return "the None HTTP header";
    }
    std::string name;
    bool in_word = false;
    for (const char c : wsgi_name) {
        name += c == '_' ? '-' : in_word ? text::lower(c) : text::upper(c);
        in_word = text::is_letter(c);
    }
    return fmt::format("the '{}' HTTP header", name);
}

/// Django 4: _check_token.
std::optional<std::string> token_failure(HttpRequest& request, const PostedToken& posted_token) {
    const Settings& settings = request.site.settings;
    const bool says_why = request.site.differences.has(Difference::csrf_reason);
    const std::optional<std::string> stored = stored_token(request);
    if (!stored) {
        return "CSRF cookie not set.";
    }
    if (says_why && !settings.csrf_use_sessions) {
        if (const auto error = django::csrf_format_error(*stored); !error.empty()) {
            return fmt::format("CSRF cookie {}.", error);
        }
    }
    const SentToken sent = sent_token(request, posted_token);
    if (django::csrf_tokens_match(sent.text.value_or(""), *stored)) {
        return std::nullopt;
    }
    if (!says_why) {
        return "CSRF token missing or incorrect.";
    }
    if (!sent.text) {
        return "CSRF token missing.";
    }
    const auto error = django::csrf_format_error(*sent.text);
    return fmt::format(
        "CSRF token from {} {}.",
        sent.posted ? "POST" : header_words(settings.csrf_header_name),
        error.empty() ? "incorrect" : error
    );
}

void read_cookie(HttpRequest& request) {
    const auto stored = stored_token(request);
    if (!stored) {
        return;
    }
    const auto& site = request.site;
    const bool in_cookie = !site.settings.csrf_use_sessions;
    bool needs_update = false;
    if (const auto secret = django::csrf_secret(*stored)) {
        request.csrf_cookie = kept_cookie(request, *stored, *secret);
        needs_update = *request.csrf_cookie != *stored &&
                       site.differences.has(Difference::csrf_masks_plain_cookie);
    } else {
        // A session can hold anything; what goes on from here is always a token.
        request.csrf_cookie = new_cookie(request);
        needs_update = site.differences.has(Difference::csrf_new_cookie);
    }
    if (in_cookie && needs_update) {
        request.csrf_cookie_needs_update = true;
    }
}

void send_cookie(HttpRequest& request, http::Response& response) {
    if (!std::exchange(request.csrf_cookie_needs_update, false)) {
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

/// Django: django/middleware/csrf.py. None of our own views is checked here: REST framework exempts
/// its views and calls csrf_failure() itself; only the token and its cookie remain.
class CsrfViewMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        read_cookie(request);
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        send_cookie(request, response);
    }
};

} // namespace

std::string posted_csrf_token(HttpRequest& request) {
    return PostedForm(request).get(form_field_name).value_or("");
}

std::optional<std::string> csrf_failure(HttpRequest& request) {
    return csrf_failure(request, [](HttpRequest& post) {
        require_form_charset(post);
        return posted_csrf_token(post);
    });
}

std::optional<std::string> csrf_failure(HttpRequest& request, const PostedToken& posted_token) {
    const std::string& method = request.method;
    if (is_csrf_safe(method)) {
        return std::nullopt;
    }
    const auto& site = request.site;
    const std::optional<std::string> origin = model::checks_origin(site.settings, site.differences)
                                                  ? request.header("Origin")
                                                  : std::nullopt;
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
    return token_failure(request, posted_token);
}

std::string csrf_token(HttpRequest& request) {
    if (!request.csrf_cookie) {
        request.csrf_cookie = new_cookie(request);
    }
    request.csrf_cookie_needs_update = true;
    return django::mask_csrf_secret(
        django::csrf_secret(*request.csrf_cookie).value(), request.site.random
    );
}

std::unique_ptr<Middleware> make_csrf_view_middleware(const SiteResources&, const View&) {
    return std::make_unique<CsrfViewMiddleware>();
}

void ensure_csrf_cookie(HttpRequest& request, http::Response& response) {
    if (request.site.differences.has(Difference::csrf_new_cookie)) {
        read_cookie(request);
        send_cookie(request, response);
    }
}

void rotate_csrf_token(HttpRequest& request) {
    request.csrf_cookie = new_cookie(request);
    request.csrf_cookie_needs_update = true;
}

} // namespace drf_messages::middleware
