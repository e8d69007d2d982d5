// SPDX-License-Identifier: MIT
#pragma once

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
    std::string language = "en"; ///< of errors and labels; the rest is in English
    std::string username_label = "Username";
    std::string password_label = "Password";
};

std::string render_login_page(const LoginPage& page);

/// The page that follows a logout that leads nowhere.
std::string render_logged_out_page(std::string_view login_path);

} // namespace drf_messages::pages
