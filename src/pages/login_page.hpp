// SPDX-License-Identifier: MIT
#pragma once

#include "html/templates.hpp"
#include "middleware/http_request.hpp"
#include "model/user.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::pages {

/// What the page with the login form shows; every text may come from outside.
struct LoginPage {
    std::string action; ///< the form's address
    std::string csrf_token;
    std::string next; ///< where a login leads to; empty: nowhere in particular
    std::string username;
    std::size_t username_max_length = 0;
    std::vector<std::string> errors; ///< of the form as a whole
    std::vector<std::string> username_errors;
    std::vector<std::string> password_errors;
    std::string username_label = "Username";
    std::string password_label = "Password";
};

/// The pages of logging in and out, and who is let in by them.
class LoginPages {
public:
    virtual ~LoginPages() = default;

    virtual std::string form(middleware::HttpRequest& request, const LoginPage& page) const = 0;
    /// That which follows a logout that leads nowhere.
    virtual std::string logged_out(middleware::HttpRequest& request) const = 0;
    /// Whether somebody may come in whose name and password are right.
    virtual bool lets_in(const User& user) const = 0;
    /// What is said to all others; "{}" is what the name is called.
    virtual std::string_view refusal() const = 0;
};

/// Those of `include = "rest_framework.urls"`.
class UsualLoginPages final : public LoginPages {
public:
    /// - templates: must outlive it.
    /// - static_url: html::static_url().
    UsualLoginPages(const html::Templates& templates, std::string static_url)
        : templates_(templates), static_url_(std::move(static_url)) {}

    /// In the language of the request; what it has no words for is in English, and marked so.
    std::string form(middleware::HttpRequest& request, const LoginPage& page) const override;
    std::string logged_out(middleware::HttpRequest& request) const override;
    bool lets_in(const User&) const override { return true; }
    std::string_view refusal() const override {
        return "Please enter a correct {} and password. Note that both fields may be "
               "case-sensitive.";
    }

private:
    const html::Templates& templates_;
    std::string static_url_;
};

/// The errors of a form or of a field for a template; null where there are none.
boost::json::value shown_errors(const std::vector<std::string>& errors);

} // namespace drf_messages::pages
