// SPDX-License-Identifier: MIT
#pragma once

#include "html/templates.hpp"
#include "locale/language.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::pages {

/// What the page with the login form shows; every text may come from outside.
struct LoginPage {
    std::string action; ///< the form's address
    std::string csrf_token;
    std::string next; ///< where a login leads to; empty: nowhere in particular
    std::string username;
    std::vector<std::string> errors; ///< of the form as a whole
    std::vector<std::string> username_errors;
    std::vector<std::string> password_errors;
    std::string username_label = "Username";
    std::string password_label = "Password";
};

/// How the pages of a site are made.
struct PageMaker {
    const html::Templates& templates;
    std::string static_url; ///< html::static_url()

    /// - language: of errors and labels; what it has no words for is in English, and marked so.
    std::string login_page(const LoginPage& page, const locale::Language& language) const;

    /// The page that follows a logout that leads nowhere.
    std::string
    logged_out_page(std::string_view login_path, const locale::Language& language) const;
};

} // namespace drf_messages::pages
