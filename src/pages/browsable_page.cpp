// SPDX-License-Identifier: MIT
#include "pages/browsable_page.hpp"

#include "html/escape.hpp"
#include "http/url.hpp"
#include "middleware/csrf_header.hpp"
#include "middleware/http_request.hpp"
#include "pages/breadcrumbs.hpp"
#include "pages/filter_form.hpp"
#include "pages/json_block.hpp"
#include "pages/page_texts.hpp"
#include "pages/shell_command.hpp"
#include "pages/site_page.hpp"
#include "text/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::pages {
namespace {

namespace json = boost::json;

/// What a template tests before it shows a list with what stands around it.
json::value unless_empty(json::array items) {
    return items.empty() ? json::value(false) : json::object{{"items", std::move(items)}};
}

json::array path_to(const api::BrowsablePage& page) {
    const auto crumbs = breadcrumbs(page);
    json::array items;
    for (const auto& crumb : crumbs) {
        items.push_back(json::object{
            {"text", html::visible(crumb.name)},
            {"url", crumb.url},
            {"is_last", &crumb == &crumbs.back()}});
    }
    return items;
}

json::array format_links(const api::BrowsablePage& page) {
    json::array items;
    const auto& parameter = page.settings.rest_framework.url_format_override;
    if (!page.has_get || !parameter || parameter->empty()) {
        return items;
    }
    const auto here =
        http::escape_leading_slashes(http::iri_to_uri(page.request.http.full_path(false)));
    for (const auto& renderer : page.renderers) {
        items.push_back(json::object{
            {"text", renderer.format},
            {"url", http::replace_query_param(here, *parameter, renderer.format)}});
    }
    return items;
}

json::array action_links(const api::BrowsablePage& page) {
    json::array items;
    for (const auto& link : page.extra_actions) {
        items.push_back(json::object{{"text", link.name}, {"url", link.url}});
    }
    return items;
}

/// Requests that a script sends, and without one a command line.
json::array buttons(const api::BrowsablePage& page, const PageTexts& texts) {
    json::array items;
    const auto add = [&](std::string_view id, std::string_view method, std::string question) {
        items.push_back(json::object{
            {"id", id},
            {"method", method},
            {"address", http::escape_leading_slashes(page.request.http.full_path(false))},
            {"question", std::move(question)},
            {"body", method == "POST" ? page.post_example : std::string_view()},
            {"command", html::visible(shell_command(page, method))}});
    };
    if (page.may_ask_options) {
        add("options-button", "OPTIONS", "");
    }
    if (page.may_post) {
        add("post-button", "POST", "");
    }
    if (page.may_delete) {
        add("delete-button",
            "DELETE",
            texts.say(
                "Are you sure you want to delete this {}?", std::array{html::visible(page.name)}
            ));
    }
    return items;
}

json::value page_links(const api::BrowsablePage& page) {
    if (!page.links) {
        return nullptr;
    }
    json::array numbers;
    for (const auto& link : page.links->numbers) {
        numbers.push_back(json::object{
            {"number", link.number},
            {"url", link.url},
            {"is_current", link.is_current},
            {"is_gap", link.url.empty()}});
    }
    return json::object{
        {"previous_url", page.links->previous.value_or("")},
        {"next_url", page.links->next.value_or("")},
        {"numbers", std::move(numbers)}};
}

/// With which the answer that is shown would be sent, by name.
json::array headers(const api::BrowsablePage& page) {
    auto fields = page.response.headers.fields();
    for (auto& [name, value] : fields) {
        if (name == "Content-Type") {
            value = page.shown == nullptr ? "" : page.shown->content_type();
        }
    }
    std::sort(fields.begin(), fields.end());
    json::array items;
    for (const auto& [name, value] : fields) {
        items.push_back(json::object{
            {"field", html::visible(name)}, {"value", html::visible(value)}});
    }
    return items;
}

/// HTML of the answer that is shown.
std::string content(const api::BrowsablePage& page, const PageTexts& texts) {
    if (page.shown == nullptr) {
        return html::escaped(texts.say("Nothing but pages is answered here."));
    }
    if (page.shown->kind == api::Renderer::Kind::json) {
        return json_block(page.body, page.message_url);
    }
    if (!text::is_valid_utf8(page.body)) {
        return html::escaped(
            texts.say("{} bytes of binary content", std::array{std::to_string(page.body.size())})
        );
    }
    return html::escaped(html::visible(page.body));
}

} // namespace

std::string render_page(const api::BrowsablePage& page) {
    auto& http = page.request.http;
    const PageTexts texts(http.language());
    const int status = page.response.status;
    auto shown = site_page(texts, page.site.static_url, page.name);
    add_account(shown, http, page.request.user, page.site.login_links);
    shown["is_refused"] = status == 401 || status == 403;
    shown["name"] = html::visible(page.name);
    const bool is_refused = status == 401 || status == 403;
    shown["description"] = is_refused ? std::string() : html::visible(page.description);
    shown["path"] = unless_empty(path_to(page));
    shown["formats"] = unless_empty(format_links(page));
    shown["extra_actions"] = unless_empty(action_links(page));
    shown["buttons"] = unless_empty(buttons(page, texts));
    shown["filters"] = filter_form(page, texts);
    shown["pagination"] = page_links(page);
    shown["csrf"] = json::object{
        {"token", middleware::csrf_token(http)},
        {"header", middleware::csrf_header(http.site.settings)}};
    shown["request_line"] = html::visible(fmt::format("{} {}", http.method, http.full_path(false)));
    shown["command"] = html::visible(shell_command(page, http.method));
    shown["status_line"] = fmt::format("HTTP {} {}", status, http::reason_phrase(status));
    shown["is_good"] = status < 400;
    shown["headers"] = headers(page);
    shown["content"] = content(page, texts);
    return page.site.templates.render("api", shown);
}

} // namespace drf_messages::pages
