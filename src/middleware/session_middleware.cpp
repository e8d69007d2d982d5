// SPDX-License-Identifier: MIT
#include "http/cookies.hpp"
#include "http/headers.hpp"
#include "live/hub.hpp"
#include "middleware/factories.hpp"

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <set>
#include <string>

namespace drf_messages::middleware {
namespace {

using model::Difference;

/// What the log has been told of already.
class Told {
public:
    /// Whether it is new; never after too many.
    bool is_new(const std::string& what) {
        constexpr std::size_t most = 32;
        const std::lock_guard lock(mutex_);
        return told_.size() < most && told_.insert(what).second;
    }

private:
    std::mutex mutex_;
    std::set<std::string> told_;
};

/// Django: django/contrib/sessions/middleware.py.
class SessionMiddleware final : public Middleware {
public:
    std::optional<http::Response> process_request(HttpRequest& request) override {
        SiteResources& site = request.site;
        std::optional<std::string> key;
        const auto& cookies = request.cookies();
        if (const auto cookie = cookies.find(site.settings.session_cookie_name);
            cookie != cookies.end()) {
            key = cookie->second;
        }
        request.session.emplace(
            *site.session_engine,
            site.settings,
            site.clock,
            site.random,
            [&request]() -> sql::Connection& { return request.database(); },
            std::move(key)
        );
        return std::nullopt;
    }

    void process_response(HttpRequest& request, http::Response& response) override {
        accounts::Session& session = *request.session;
        const Settings& settings = request.site.settings;
        log_what_is_not_built(request.site, session);
        const bool empty = session.is_empty();
        tell_end(request);
        if (empty && request.cookies().contains(settings.session_cookie_name)) {
            response.headers.add(
                "Set-Cookie",
                http::delete_cookie(
                    settings.session_cookie_name,
                    settings.session_cookie_path,
                    settings.session_cookie_domain,
                    settings.session_cookie_samesite
                )
            );
            http::patch_vary(response.headers, "Cookie");
            return;
        }
        if (session.accessed()) {
            http::patch_vary(response.headers, "Cookie");
        }
        const bool keep = session.modified() || settings.session_save_every_request;
        if (keep && !empty && may_save(request.site, response) && session.knows_its_expiry()) {
            save(request, response);
            if (request.site.differences.has(Difference::session_cookie_varies)) {
                http::patch_vary(response.headers, "Cookie");
            }
        }
    }

private:
    /// Streams of a session that has just ended, or has another key now, end too.
    static void tell_end(HttpRequest& request) {
        if (request.site.settings.messages_extensions.stream) {
            const auto& cookies = request.cookies();
            const auto cookie = cookies.find(request.site.settings.session_cookie_name);
            if (cookie != cookies.end() && request.session->session_key() != cookie->second) {
                request.site.hub->tell_session_end(cookie->second);
            }
        }
    }

    /// What led to an error of ours is not kept.
    static bool may_save(const SiteResources& site, const http::Response& response) {
        return site.differences.has(Difference::session_unsaved_at_5xx) ? response.status < 500
                                                                        : response.status != 500;
    }

    /// One line for each set of classes, and one for whatever could not be done because of them.
    void log_what_is_not_built(const SiteResources& site, const accounts::Session& session) {
        const std::string classes = session.skipped_classes();
        if (!classes.empty() && told_.is_new(classes)) {
            const std::string_view what_follows =
                session.is_too_large_to_read() ? "which is not read here: their users are not known"
                                               : "which is not built here: their users are known";
            site.log(
                LogLevel::warning,
                fmt::format(
                    "sessions hold {}, {}, and nothing is stored in them", classes, what_follows
                )
            );
        }
        for (const std::string& refusal : session.refusals()) {
            site.log(LogLevel::warning, refusal);
        }
    }

    static void save(HttpRequest& request, http::Response& response) {
        accounts::Session& session = *request.session;
        const Settings& settings = request.site.settings;
        http::CookieAttributes attributes;
        if (!session.get_expire_at_browser_close()) {
            attributes.max_age = session.get_expiry_age();
        }
        attributes.domain = settings.session_cookie_domain;
        attributes.path = settings.session_cookie_path;
        attributes.secure = settings.session_cookie_secure;
        attributes.httponly = settings.session_cookie_httponly;
        attributes.samesite = settings.session_cookie_samesite;
        session.save();
        response.headers.add(
            "Set-Cookie",
            http::set_cookie(
                settings.session_cookie_name,
                *session.session_key(),
                attributes,
                std::chrono::floor<std::chrono::seconds>(request.site.clock())
            )
        );
    }

    Told told_;
};

} // namespace

std::unique_ptr<Middleware> make_session_middleware(const SiteResources&, const View&) {
    return std::make_unique<SessionMiddleware>();
}

} // namespace drf_messages::middleware
