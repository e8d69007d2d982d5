// SPDX-License-Identifier: MIT
#include "pages/login_page.hpp"

#include "html/escape.hpp"
#include "pages/page_texts.hpp"
#include "pages/site_page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace drf_messages::pages {
namespace {

namespace json = boost::json;

json::value shown(const std::vector<std::string>& errors) {
    if (errors.empty()) {
        return nullptr;
    }
    json::array list;
    for (const std::string& error : errors) {
        list.emplace_back(html::visible(error));
    }
    return json::object{{"list", std::move(list)}};
}

} // namespace

std::string PageMaker::login_page(const LoginPage& page, const locale::Language& language) const {
    constexpr std::string_view log_in = "Log in";
    auto context = site_page(PageTexts(language), static_url, language.say(log_in));
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
    context["errors"] = shown(page.errors);
    context["username_errors"] = shown(page.username_errors);
    context["password_errors"] = shown(page.password_errors);
    return templates.render("login", context);
}

std::string
PageMaker::logged_out_page(std::string_view login_path, const locale::Language& language) const {
    const PageTexts texts(language);
    auto context = site_page(texts, static_url, texts.say("Logged out"));
    context["log_in"] = login_path;
    return templates.render("logged_out", context);
}

} // namespace drf_messages::pages
