// SPDX-License-Identifier: MIT
#include "pages/shell_command.hpp"

#include "middleware/csrf_header.hpp"

namespace drf_messages::pages {
namespace {

/// One word of a shell, whatever is in it.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

/// The session's cookie and, for what changes something, the CSRF token: as this page's own script
/// sends them.
std::string session_credentials(const middleware::HttpRequest& http, bool is_safe) {
    const Settings& settings = http.site.settings;
    std::string cookies = settings.session_cookie_name + "=SESSION";
    if (is_safe) {
        return " -b " + quoted(cookies);
    }
    if (!settings.csrf_use_sessions) {
        cookies += "; " + settings.csrf_cookie_name + "=TOKEN";
    }
    return " -b " + quoted(cookies) + " -H " +
           quoted(middleware::csrf_header(settings) + ": TOKEN");
}

/// How a program says who it is: by the challenge of the view's authentication, or where that has
/// none, by the session of who sees the page.
std::string credentials(const api::BrowsablePage& page, std::string_view method) {
    const std::string challenge = page.challenge.value_or("");
    const std::string scheme = challenge.substr(0, challenge.find(' '));
    const auto& http = page.request.http;
    if (scheme == "Basic") {
        return " -u USER";
    }
    if (!scheme.empty()) {
        return " -H " + quoted("Authorization: " + scheme + " TOKEN");
    }
    return page.request.user && http.session
               ? session_credentials(http, middleware::is_csrf_safe(method))
               : "";
}

} // namespace

std::string shell_command(const api::BrowsablePage& page, std::string_view method) {
    std::string line = "curl";
    if (method == "HEAD") {
        line += " --head";
    } else if (method != "GET") {
        line += " -X " + quoted(method);
    }
    line += credentials(page, method);
    if (method == "POST" && !page.post_example.empty()) {
        line +=
            " -H " + quoted("Content-Type: application/json") + " -d " + quoted(page.post_example);
    }
    if (page.shown != nullptr) {
        line += " -H " + quoted("Accept: " + page.shown->media_type);
    }
    return line + " " + quoted(page.request.http.build_absolute_uri());
}

} // namespace drf_messages::pages
