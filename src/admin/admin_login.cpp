// SPDX-License-Identifier: MIT
#include "admin/admin_login.hpp"

#include "admin/admin_site.hpp"
#include "admin/page_frame.hpp"
#include "html/escape.hpp"
#include "http/url.hpp"
#include "middleware/posted_form.hpp"
#include "middleware/required.hpp"
#include "pages/site_page.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace drf_messages::admin {
namespace {

/// The path of the index, by that of a page of this name right below it.
std::string root_of(const middleware::HttpRequest& request, std::string_view name) {
    return request.path.substr(0, request.path.size() - name.size());
}

bool has_next(middleware::HttpRequest& request) {
    return middleware::required_query(request).contains("next") ||
           (request.method == "POST" && middleware::PostedForm(request).get("next"));
}

/// What stands above the form.
std::vector<std::string> notes(
    middleware::HttpRequest& request, const pages::LoginPage& page, const pages::PageTexts& texts
) {
    std::vector<std::string> lines = page.errors;
    const auto wrong = page.username_errors.size() + page.password_errors.size();
    if (lines.empty() && wrong > 0) {
        lines.push_back(texts.say(
            wrong == 1 ? "Please correct the error below." : "Please correct the errors below."
        ));
    }
    if (const auto& user = request.session_user()) {
        lines.push_back(texts.say(
            "You are authenticated as {}, but are not authorized to access this page. Would you "
            "like to login to a different account?",
            std::array{user->username}
        ));
    }
    return lines;
}

} // namespace

std::string
AdminLoginPages::form(middleware::HttpRequest& request, const pages::LoginPage& page) const {
    const pages::PageTexts texts(request.language());
    const std::string root = root_of(request, "login/");
    auto context = frame(site_, request, texts, root, texts.say("Log in"));
    context["action"] = http::escape_leading_slashes(request.full_path(false));
    context["token"] = page.csrf_token;
    context["next"] = has_next(request) ? page.next : pages::site_url(root);
    context["username"] = page.username;
    context["username_max_length"] = page.username_max_length;
    context["username_label"] = page.username_label;
    context["password_label"] = page.password_label;
    context["notes"] = pages::shown_errors(notes(request, page, texts));
    context["username_errors"] = pages::shown_errors(page.username_errors);
    context["password_errors"] = pages::shown_errors(page.password_errors);
    if (!page.errors.empty() || !page.username_errors.empty() || !page.password_errors.empty()) {
        mark_as_error(context, request, texts);
    }
    return site_.templates.render("admin_login", context);
}

std::string AdminLoginPages::logged_out(middleware::HttpRequest& request) const {
    request.set_user(std::nullopt); // whose notices wait for the next log-in
    const pages::PageTexts texts(request.language());
    auto context =
        frame(site_, request, texts, root_of(request, "logout/"), texts.say("Logged out"));
    context["thanks"] = texts.say(
        request.site.differences.has(model::Difference::admin_website_in_lower_case)
            ? "Thanks for spending some quality time with the web site today."
            : "Thanks for spending some quality time with the Web site today."
    );
    return site_.templates.render("admin_logged_out", context);
}

} // namespace drf_messages::admin
