// SPDX-License-Identifier: MIT
#include "pages/login_page.hpp"

#include "html/escape.hpp"
#include "pages/html.hpp"

#include <fmt/format.h>

namespace drf_messages::pages {
namespace {

using html::escaped;

void append_errors(std::string& out, std::string_view id, const std::vector<std::string>& errors) {
    if (errors.empty()) {
        return;
    }
    out += fmt::format("<ul class=\"errors\" id=\"{}\" role=\"alert\">", id);
    for (const std::string& error : errors) {
        out += fmt::format("<li>{}</li>", escaped(error));
    }
    out += "</ul>\n";
}

/// Ties an input to what is wrong with it, for those who hear the page.
std::string_view invalid(const std::vector<std::string>& errors, std::string_view attributes) {
    return errors.empty() ? std::string_view() : attributes;
}

} // namespace

std::string render_login_page(const LoginPage& page) {
    const std::string_view in_english =
        page.language.starts_with("en") ? std::string_view() : " lang=\"en\"";
    std::string out = page_head("Log in", page.language);
    out += fmt::format("<main>\n<h1{}>Log in</h1>\n", in_english);
    out += fmt::format("<form action=\"{}\" method=\"post\">\n", escaped(page.action));
    out += fmt::format(
        "<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"{}\">\n"
        "<input type=\"hidden\" name=\"next\" value=\"{}\">\n",
        escaped(page.csrf_token),
        escaped(page.next)
    );
    append_errors(out, "errors", page.errors);
    out += fmt::format(
        "<label>{} <input type=\"text\" name=\"username\" value=\"{}\" autocomplete=\"username\" "
        "autocapitalize=\"none\" spellcheck=\"false\" required autofocus{}></label>\n",
        escaped(page.username_label),
        escaped(page.username),
        invalid(page.username_errors, " aria-invalid=\"true\" aria-describedby=\"username-errors\"")
    );
    append_errors(out, "username-errors", page.username_errors);
    out += fmt::format(
        "<label>{} <input type=\"password\" name=\"password\" autocomplete=\"current-password\" "
        "required{}></label>\n",
        escaped(page.password_label),
        invalid(page.password_errors, " aria-invalid=\"true\" aria-describedby=\"password-errors\"")
    );
    append_errors(out, "password-errors", page.password_errors);
    out += fmt::format(
        "<button type=\"submit\"{}>Log in</button>\n</form>\n</main>\n</body>\n</html>\n",
        in_english
    );
    return out;
}

std::string render_logged_out_page(std::string_view login_path) {
    std::string out = page_head("Logged out");
    out += fmt::format(
        "<main>\n<h1>Logged out</h1>\n<p>You are logged out. <a href=\"{}\">Log in again</a></p>\n"
        "</main>\n</body>\n</html>\n",
        escaped(login_path)
    );
    return out;
}

} // namespace drf_messages::pages
