// SPDX-License-Identifier: MIT
#include "pages/browsable_page.hpp"

#include "html/escape.hpp"
#include "http/url.hpp"
#include "middleware/http_request.hpp"
#include "middleware/names.hpp"
#include "pages/html.hpp"
#include "text/percent.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace drf_messages::pages {
namespace {

using html::append_escaped;
using html::escaped;

/// Behind the closing quote of the JSON text that begins at `begin`.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
    for (auto at = begin + 1; at < json.size(); ++at) {
        if (json[at] == '\\') {
            ++at;
        } else if (json[at] == '"') {
            return at + 1;
        }
    }
    return json.size();
}

/// Whether a text is an address that can stand in a link: http or https, no escapes, no white
/// space.
bool is_address(std::string_view text) {
    return (text.starts_with("http://") || text.starts_with("https://")) &&
           text.find_first_of("\\ \"") == std::string_view::npos;
}

struct Link {
    std::string href;
    std::string_view label;
    std::string_view relation;
};

/// "next" and "previous" of a paginated list.
std::vector<Link> page_links(const std::string& json) {
    std::vector<Link> links;
    boost::json::error_code error;
    const auto value = boost::json::parse(json, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr || !object->contains("results")) {
        return links;
    }
    for (const auto& [key, label, relation] :
         {std::array<std::string_view, 3>{"previous", "Previous page", "prev"},
          std::array<std::string_view, 3>{"next", "Next page", "next"}}) {
        if (const auto* found = object->if_contains(key); found != nullptr && found->is_string()) {
            const auto& address = found->get_string();
            if (is_address(std::string_view(address.data(), address.size()))) {
                links.push_back({std::string(address), label, relation});
            }
        }
    }
    return links;
}

void append_nav(std::string& out, std::string_view label, const std::vector<Link>& links) {
    if (links.empty()) {
        return;
    }
    out += fmt::format("<nav aria-label=\"{}\"><ul>", label);
    for (const auto& link : links) {
        out += fmt::format(
            "<li><a href=\"{}\"{}>{}</a></li>",
            escaped(link.href),
            link.relation.empty() ? "" : fmt::format(" rel=\"{}\"", link.relation),
            escaped(link.label)
        );
    }
    out += "</ul></nav>\n";
}

/// This page in its other formats.
std::vector<Link> format_links(const api::BrowsablePage& page) {
    std::vector<Link> links;
    const auto& method = page.request.http.method;
    if (!page.url_format_override || (method != "GET" && method != "HEAD")) {
        return links;
    }
    const auto here = page.request.http.full_path(false);
    for (const auto& renderer : page.renderers) {
        links.push_back(
            {http::replace_query_param(here, *page.url_format_override, renderer.format),
             renderer.format,
             ""}
        );
    }
    return links;
}

/// A form, since the page may lead to a Django beside this server, and Django 5 lets nobody out by
/// GET. It also takes the token of CsrfViewMiddleware, without which no form could be sent.
void append_log_out(std::string& out, const std::string& action, const std::string& csrf_token) {
    out += fmt::format(
        "<nav aria-label=\"Account\"><ul><li><form action=\"{}\" method=\"post\">"
        "<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"{}\">"
        "<button type=\"submit\">Log out</button></form></li></ul></nav>\n",
        escaped(action),
        escaped(csrf_token)
    );
}

/// Who is logged in, and the way in or out where the site has one.
void append_login(std::string& out, const api::BrowsablePage& page) {
    const auto& user = page.request.user;
    const std::string& path = user ? page.login_links.logout : page.login_links.login;
    if (user) {
        out += fmt::format("<p>Logged in as {}.</p>\n", escaped(user->username));
    }
    if (path.empty()) {
        return;
    }
    auto& http = page.request.http;
    // Behind the script name that stands before every path of the site.
    const std::string_view script(http.path.data(), http.path.size() - http.path_info.size());
    const std::string href = http::escape_uri_path(std::string(script) + "/" + path) +
                             "?next=" + text::percent_encode(http.path, "/");
    const bool has_token = middleware::is_installed(http.site.settings, middleware::names::csrf);
    if (user && has_token) {
        append_log_out(out, href, middleware::csrf_token(http));
    } else {
        append_nav(out, "Account", {{href, user ? "Log out" : "Log in", ""}});
    }
}

} // namespace

std::string highlight_json(std::string_view json) {
    std::string out;
    out.reserve(json.size() * 2);
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        if (c == '"') {
            const auto end = end_of_string(json, at);
            const auto text = json.substr(at, end - at);
            const bool is_key = end < json.size() && json[end] == ':';
            const auto inner =
                text.size() >= 2 ? text.substr(1, text.size() - 2) : std::string_view();
            out += is_key ? "<span class=\"k\">" : "<span class=\"s\">";
            if (!is_key && is_address(inner)) {
                const auto address = escaped(inner);
                out += fmt::format(
                    "&quot;<a href=\"{}\" rel=\"nofollow\">{}</a>&quot;", address, address
                );
            } else {
                append_escaped(out, text);
            }
            out += "</span>";
            at = end;
        } else if (c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) {
            const auto end = std::min(json.find_first_of(",]} \n", at), json.size());
            out += "<span class=\"n\">";
            append_escaped(out, json.substr(at, end - at));
            out += "</span>";
            at = end;
        } else {
            append_escaped(out, json.substr(at, 1));
            ++at;
        }
    }
    return out;
}

std::string render_page(const api::BrowsablePage& page) {
    const auto& http = page.request.http;
    const auto title = escaped(page.name);
    const int status = page.response.status;
    std::string out;
    out.reserve(6000 + page.json.size() * 2);
    out += page_head(title);
    out += fmt::format("<header>\n<h1>{}</h1>\n", title);
    if (!page.description.empty()) {
        out += fmt::format("<p>{}</p>\n", escaped(page.description));
    }
    append_login(out, page);
    out += "</header>\n<main>\n";
    out += fmt::format(
        "<p class=\"line\"><strong>{}</strong> {}</p>\n",
        escaped(http.method),
        escaped(http.full_path(false))
    );
    append_nav(out, "Formats", format_links(page));
    if (http.method == "GET" && status == 200) {
        append_nav(out, "Pages", page_links(page.json));
    }
    out += fmt::format(
        "<h2>Response</h2>\n<p class=\"line\"><strong class=\"{}\">HTTP {} {}</strong></p>\n",
        status < 400 ? "good" : "bad",
        status,
        http::reason_phrase(status)
    );
    out += "<h2>Headers</h2>\n<dl>\n";
    for (const auto& [field, value] : page.response.headers.fields()) {
        out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(field), escaped(value));
    }
    out += "</dl>\n<h2>Content</h2>\n";
    if (page.json.empty()) {
        out += "<p>No content.</p>\n";
    } else {
        out += fmt::format("<pre tabindex=\"0\">{}</pre>\n", highlight_json(page.json));
    }
    out += "</main>\n<footer></footer>\n</body>\n</html>\n";
    return out;
}

} // namespace drf_messages::pages
