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
        site_url(fmt::format("{}/{}", request.script_name(), path)),
        text::percent_encode(request.path, "/")
    );
}

} // namespace

std::string site_url(std::string_view path) {
    return http::escape_leading_slashes(http::escape_uri_path(path));
}

boost::json::object
site_page(const PageTexts& texts, std::string_view static_url, std::string_view title) {
    return {
        {"t", texts.named()},
        {"language", texts.code()},
        {"title", html::visible(title)},
        {"icon", fmt::format("{}drf_messages/icon.svg", static_url)},
        {"style", fmt::format("{}drf_messages/style.css", static_url)},
        {"script", fmt::format("{}drf_messages/page.js", static_url)}};
}

void add_account(
    boost::json::object& page,
    middleware::HttpRequest& request,
    const std::optional<User>& user,
    const api::LoginLinks& ways
) {
    page["user"] = user ? html::visible(user->username) : std::string();
    page["log_in"] = user || ways.login.empty() ? std::string() : way(request, ways.login);
    page["log_out"] = nullptr;
    if (user && !ways.logout.empty()) {
        page["log_out"] = boost::json::object{
            {"action", way(request, ways.logout)}, {"token", middleware::csrf_token(request)}};
    }
}

} // namespace drf_messages::pages
