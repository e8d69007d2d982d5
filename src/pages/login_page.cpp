// SPDX-License-Identifier: MIT
#include "pages/login_page.hpp"

#include "html/escape.hpp"
#include "pages/page_texts.hpp"
#include "pages/site_page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace drf_messages::pages {

namespace json = boost::json;

json::value shown_errors(const std::vector<std::string>& errors) {
    if (errors.empty()) {
        return nullptr;
    }
    json::array list;
    for (const std::string& error : errors) {
        list.emplace_back(html::visible(error));
    }
    return json::object{{"list", std::move(list)}};
}

std::string UsualLoginPages::form(middleware::HttpRequest& request, const LoginPage& page) const {
    const locale::Language& language = request.language();
    constexpr std::string_view log_in = "Log in";
    auto context = site_page(PageTexts(language), static_url_, language.say(log_in));
    // One without texts of its own says all in English.
    const bool is_english = language.texts->empty();
    context["language"] = is_english ? "en" : language.code;
    context["log_in"] = language.say(log_in);
    context["in_english"] =
        !is_english && !language.code.starts_with("en") && !language.texts->contains(log_in);
    context["action"] = page.action;
    context["token"] = page.csrf_token;
    context["next"] = page.next;
    context["username"] = page.username;
    context["username_label"] = page.username_label;
    context["password_label"] = page.password_label;
    context["errors"] = shown_errors(page.errors);
    context["username_errors"] = shown_errors(page.username_errors);
    context["password_errors"] = shown_errors(page.password_errors);
    return templates_.render("login", context);
}

std::string UsualLoginPages::logged_out(middleware::HttpRequest& request) const {
    const PageTexts texts(request.language());
    auto context = site_page(texts, static_url_, texts.say("Logged out"));
    std::string login_path = request.path;
    login_path.replace(login_path.rfind("logout"), 6, "login");
    context["log_in"] = site_url(login_path);
    return templates_.render("logged_out", context);
}

} // namespace drf_messages::pages
