// SPDX-License-Identifier: MIT
#include "pages/site_page.hpp"

#include "html/escape.hpp"
#include "http/url.hpp"
#include "text/percent.hpp"

#include <fmt/format.h>

namespace drf_messages::pages {
namespace {

/// A view of REST framework's log-in that leads back to this page.
std::string way(const middleware::HttpRequest& request, const std::string& path) {
    return fmt::format(
        "{}?next={}",
        http::escape_uri_path(fmt::format("{}/{}", request.script_name(), path)),
        text::percent_encode(request.path, "/")
    );
}

} // namespace

boost::json::object
site_page(const PageTexts& texts, std::string_view static_url, std::string_view title) {
    return {
        {"t", texts.named()},
        {"language", texts.code()},
        {"title", html::visible(title)},
        {"style", fmt::format("{}drf_messages/style.css", static_url)},
        {"script", fmt::format("{}drf_messages/page.js", static_url)}};
}

void add_account(
    boost::json::object& page,
    middleware::HttpRequest& request,
    const std::optional<User>& user,
    const std::string& login,
    const std::string& logout
) {
    page["user"] = user ? html::visible(user->username) : std::string();
    page["log_in"] = user || login.empty() ? std::string() : way(request, login);
    page["log_out"] = nullptr;
    if (user && !logout.empty()) {
        page["log_out"] = boost::json::object{
            {"action", way(request, logout)}, {"token", middleware::csrf_token(request)}};
    }
}

} // namespace drf_messages::pages
