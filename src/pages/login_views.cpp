// SPDX-License-Identifier: MIT
#include "pages/login_views.hpp"

#include "accounts/authentication.hpp"
#include "accounts/username.hpp"
#include "api/views/view_maker.hpp"
#include "http/cookies.hpp"
#include "http/safe_url.hpp"
#include "http/url.hpp"
#include "middleware/pipeline.hpp"
#include "middleware/plain_view.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/redirect.hpp"
#include "middleware/required.hpp"
#include "pages/site_page.hpp"
#include "store/user_table.hpp"
#include "text/python_text.hpp"
#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace drf_messages::pages {
namespace {

using middleware::uncached;
using model::Difference;

constexpr std::string_view next_name = "next";
constexpr std::string_view login_methods = "GET, POST, PUT, HEAD, OPTIONS";
constexpr std::size_t longest_next = 2048; // characters: MAX_URL_LENGTH of Django 5

bool is_one_of(const std::string& method, std::initializer_list<std::string_view> methods) {
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

/// Django's resolve_url; a name that is none of ours leads to the root.
std::string resolve_url(const std::string& to, const api::Routes& routes) {
    if (to.find_first_of("/.") != std::string::npos) {
        return to;
    }
    return "/" + routes.reverse(to, {}).value_or("");
}

std::string safe_or_empty(middleware::HttpRequest& request, std::string url) {
    if (request.site.differences.has(Difference::long_next_refused) &&
        text::utf8_length(text::strip(url)) > longest_next) {
        return "";
    }
    const auto& host = middleware::required_host(request);
    return http::url_has_allowed_host_and_scheme(url, host, request.is_secure()) ? url : "";
}

/// `next` of the form, else of the query; absent when neither has it.
std::optional<std::string> posted_next(middleware::HttpRequest& request) {
    if (request.method == "POST") {
        if (auto next = middleware::PostedForm(request).get(next_name)) {
            return next;
        }
    }
    const auto next = middleware::required_query(request).get(next_name);
    return next ? std::optional<std::string>(*next) : std::nullopt;
}

/// Which methods log out.
struct LogoutRules {
    std::string_view allowed; ///< as Allow names them
    bool own_methods = false; ///< others do not log out
    bool by_get = true;

    bool logs_out(const std::string& method) const {
        return !own_methods || method == "POST" || (by_get && is_one_of(method, {"GET", "HEAD"}));
    }
};

/// Django: LogoutView.http_method_names, which before 4.1 are those of any view.
LogoutRules logout_rules(const model::Differences& differences) {
    if (differences.has(Difference::logout_by_post)) {
        return {"POST, OPTIONS", true, false};
    }
    if (differences.has(Difference::logout_own_methods)) {
        return {"GET, HEAD, POST, OPTIONS", true};
    }
    return {"GET, POST, HEAD, OPTIONS"};
}

accounts::Session& session_of(middleware::HttpRequest& request) {
    if (!request.session) {
        throw std::logic_error("logging in needs SessionMiddleware");
    }
    return *request.session;
}

} // namespace

LoginViews::LoginViews(
    const Settings& settings, const api::Routes& routes, std::shared_ptr<const LoginPages> pages
)
    : pages_(std::move(pages)), login_redirect_(resolve_url(settings.login_redirect_url, routes)),
      username_name_(
          store::is_auth_user(settings) ? "username" : settings.auth_user.username_field
      ),
      username_max_length_(
          store::is_auth_user(settings) ? accounts::username_max_length
                                        : accounts::unknown_username_max_length
      ),
      throttle_(api::LoginThrottle::of_pages(settings)) {
    if (settings.logout_redirect_url) {
        logout_redirect_ = resolve_url(*settings.logout_redirect_url, routes);
    }
    std::replace(username_name_.begin(), username_name_.end(), '_', ' ');
}

http::Response
LoginViews::form(middleware::HttpRequest& request, int status, LoginPage page) const {
    page.action = site_url(request.path);
    page.csrf_token = middleware::csrf_token(request);
    page.next = safe_or_empty(request, posted_next(request).value_or(""));
    page.username_max_length = username_max_length_;
    page.username_label = text::capfirst(request.language().say(username_name_));
    page.password_label = request.language().say("Password");
    return uncached(request, middleware::html_answer(status, pages_->form(request, page)));
}

http::Response LoginViews::login(middleware::HttpRequest& request) const {
    if (middleware::csrf_failure(request)) {
        return middleware::csrf_failure_page(request);
    }
    if (is_one_of(request.method, {"GET", "HEAD"})) {
        return form(request, 200, {});
    }
    if (is_one_of(request.method, {"POST", "PUT"})) {
        return log_in(request);
    }
    return uncached(request, middleware::only_methods(request.method, login_methods));
}

/// Django: contrib/auth/forms.py, AuthenticationForm.
http::Response LoginViews::log_in(middleware::HttpRequest& request) const {
    LoginPage page;
    std::string password;
    if (request.method == "POST") {
        const middleware::PostedForm posted(request);
        page.username = accounts::normalize_username(
            text::strip(posted.get("username").value_or("")), username_max_length_
        );
        password = posted.get("password").value_or("");
    }
    const locale::Language& language = request.language();
    const auto check = [&](const std::string& value, std::vector<std::string>& errors) {
        if (value.empty()) {
            errors.push_back(language.say("This field is required."));
        } else if (value.find('\0') != std::string::npos) {
            errors.push_back(language.say("Null characters are not allowed."));
        }
        return errors.empty();
    };
    const bool has_username = check(page.username, page.username_errors);
    const bool has_password = check(password, page.password_errors);
    if (!has_username || !has_password) {
        return form(request, 200, std::move(page));
    }
    api::LoginTry login_try = throttle_.begin(request, page.username);
    if (!login_try.verdict().allowed) {
        const auto wait = login_try.verdict().wait_seconds.value_or(1);
        page.errors.push_back(language.say(
            wait == 1 ? "Too many attempts with a wrong password. Try again in {} second."
                      : "Too many attempts with a wrong password. Try again in {} seconds.",
            std::array{fmt::format("{}", wait)}
        ));
        http::Response response = form(request, 429, std::move(page));
        response.headers.set("Retry-After", fmt::format("{}", wait));
        return response;
    }
    middleware::SiteResources& site = request.site;
    const auto found = accounts::authenticate(
        site.settings, site.users, site.passwords, request.database_loan(), page.username, password
    );
    if (!found) {
        login_try.count_failure();
    } else if (!found->user.is_active) {
        page.errors.push_back(language.say("This account is inactive."));
        return form(request, 200, std::move(page));
    }
    if (!found || !pages_->lets_in(found->user)) {
        page.errors.push_back(
            language.say(pages_->refusal(), std::array{language.say(username_name_)})
        );
        return form(request, 200, std::move(page));
    }
    const std::string next = safe_or_empty(request, posted_next(request).value_or(""));
    accounts::login(
        site.settings, site.users, session_of(request), request.database(), *found, site.clock()
    );
    middleware::rotate_csrf_token(request);
    return uncached(request, middleware::redirect(next.empty() ? login_redirect_ : next));
}

http::Response LoginViews::logout(middleware::HttpRequest& request) const {
    if (middleware::csrf_failure(request)) {
        return middleware::csrf_failure_page(request);
    }
    const LogoutRules rules = logout_rules(request.site.differences);
    if (!rules.logs_out(request.method)) {
        return uncached(request, middleware::only_methods(request.method, rules.allowed));
    }
    request.session_user(); // loads the session: one that has expired has no key to delete
    session_of(request).flush();
    if (const auto next = rules.own_methods ? next_page_or_own(request) : next_page(request)) {
        return uncached(request, middleware::redirect(*next));
    }
    if (is_one_of(request.method, {"GET", "HEAD", "POST"})) {
        return uncached(request, middleware::html_answer(200, pages_->logged_out(request)));
    }
    return uncached(request, middleware::only_methods(request.method, rules.allowed));
}

std::optional<std::string> LoginViews::next_page(middleware::HttpRequest& request) const {
    std::optional<std::string> next = posted_next(request);
    if (!next) {
        return logout_redirect_;
    }
    next = safe_or_empty(request, std::move(*next));
    return next->empty() ? request.path : next;
}

std::optional<std::string> LoginViews::next_page_or_own(middleware::HttpRequest& request) const {
    std::string next = safe_or_empty(request, posted_next(request).value_or(""));
    if (next.empty()) {
        next = logout_redirect_.value_or(request.path);
    }
    return next == request.full_path(false) ? std::nullopt : std::optional(std::move(next));
}

namespace {

LoginViews views_of(const api::ViewMaker& maker) {
    return {
        maker.settings(),
        maker.routes(),
        std::make_shared<const UsualLoginPages>(maker.templates(), maker.static_url())};
}

} // namespace

api::UrlView login_view(api::ViewMaker& maker, const api::RoutedView& /*view*/) {
    return [views = views_of(maker
            )](middleware::HttpRequest& request, const api::Kwargs&, const std::string&) {
        return views.login(request);
    };
}

api::UrlView logout_view(api::ViewMaker& maker, const api::RoutedView& /*view*/) {
    return [views = views_of(maker
            )](middleware::HttpRequest& request, const api::Kwargs&, const std::string&) {
        return views.logout(request);
    };
}

} // namespace drf_messages::pages
