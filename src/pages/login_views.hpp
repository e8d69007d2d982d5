// SPDX-License-Identifier: MIT
#pragma once

#include "api/policies/login_throttle.hpp"
#include "api/routing/routes.hpp"
#include "http/message.hpp"
#include "middleware/http_request.hpp"
#include "pages/login_page.hpp"

#include <drf_messages/settings.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace drf_messages::pages {

/// Logging in and out: REST framework's by `include = "rest_framework.urls"`, and the admin's.
/// - Django: django/contrib/auth/views.py, LoginView and LogoutView; the pages are our own.
class LoginViews {
public:
    /// - routes: where LOGIN_REDIRECT_URL and LOGOUT_REDIRECT_URL are looked up, when they are
    /// names;
    ///   not kept.
    LoginViews(
        const Settings& settings, const api::Routes& routes, std::shared_ptr<const LoginPages> pages
    );

    http::Response login(middleware::HttpRequest& request) const;
    http::Response logout(middleware::HttpRequest& request) const;

private:
    http::Response log_in(middleware::HttpRequest& request) const;
    http::Response form(middleware::HttpRequest& request, int status, LoginPage page) const;
    /// Where a logout leads; absent: to a page of its own. Django: LogoutView.get_next_page.
    std::optional<std::string> next_page(middleware::HttpRequest& request) const;
    /// The same from Django 4.1 on: LogoutView.get_success_url.
    std::optional<std::string> next_page_or_own(middleware::HttpRequest& request) const;

    std::shared_ptr<const LoginPages> pages_;
    std::string login_redirect_;
    std::optional<std::string> logout_redirect_;
    std::string username_name_; ///< as errors name it
    std::size_t username_max_length_;
    api::LoginThrottle throttle_;
};

api::UrlView login_view(api::ViewMaker& maker, const api::RoutedView& view);
api::UrlView logout_view(api::ViewMaker& maker, const api::RoutedView& view);

} // namespace drf_messages::pages
