// SPDX-License-Identifier: MIT
#include "pages/start_page.hpp"

#include "middleware/csrf_header.hpp"
#include "middleware/http_request.hpp"
#include "middleware/plain_view.hpp"
#include "pages/page_texts.hpp"
#include "pages/site_page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace drf_messages::pages {
namespace {

namespace json = boost::json;

constexpr std::string_view messages = "Messages";

/// A path behind the script name, and what is there, in English.
struct Target {
    std::string path;
    std::string_view what;
};

std::string in_name_space(const std::string& name_space, std::string_view name) {
    return fmt::format("{}{}{}", name_space, name_space.empty() ? "" : ":", name);
}

/// The lists of messages, the description of the API, and the admin.
std::vector<Target> targets(const api::ViewMaker& maker) {
    std::vector<Target> found;
    const auto& routes = maker.routes();
    const auto add =
        [&](const std::string& name, std::string_view what, const api::Kwargs& kwargs = {}) {
            if (auto path = routes.reverse(name, kwargs)) {
                found.push_back({*std::move(path), what});
            }
        };
    for (const api::RoutedView& view : routes.views()) {
        if (view.endpoint != nullptr && view.endpoint->name == "list") {
            const auto name = fmt::format("{}-list", view.registration->basename);
            add(in_name_space(view.mount->name_space, name), messages);
        }
    }
    add("api-root", "API");
    for (const RouteSettings& route : maker.settings().routes) {
        if (route.include == "drf_messages.schema") {
            add(in_name_space(route.name_space.value_or(""), "reference"), "API schema");
        }
    }
    for (const api::Mount& mount : routes.mounts()) {
        if (mount.app_name == "admin") {
            add(in_name_space(mount.name_space, "index"), "Administration", {{"url", ""}});
        }
    }
    return found;
}

/// What the elements of drf-messages.js are told: where the messages are, and how a mark is sent.
json::object
inbox(middleware::HttpRequest& request, const std::string& static_url, const std::string& url) {
    const Settings& settings = request.site.settings;
    const std::string token = middleware::csrf_token(request); // sets the cookie
    const bool is_hidden = settings.csrf_use_sessions || settings.csrf_cookie_httponly;
    return {
        {"elements", fmt::format("{}drf_messages/drf-messages-elements.js", static_url)},
        {"url", url},
        {"csrf", is_hidden ? token : std::string()},
        {"cookie", settings.csrf_cookie_name},
        {"header", middleware::csrf_header(settings)},
        {"heartbeat", settings.live.heartbeat.count()}};
}

} // namespace

api::UrlView start_view(api::ViewMaker& maker, const api::RoutedView& /*view*/) {
    return [&templates = maker.templates(),
            static_url = maker.static_url(),
            targets = targets(maker),
            ways = maker.login_links(
            )](middleware::HttpRequest& request, const api::Kwargs&, const std::string&) {
        if (request.method != "GET" && request.method != "HEAD") {
            return middleware::only_methods(request.method, middleware::reading_methods);
        }
        const PageTexts texts(request.language());
        auto page = site_page(texts, static_url, texts.say("What is here"));
        std::optional<User> user;
        if (request.has_authentication_middleware) {
            user = request.session_user();
        }
        add_account(page, request, user, ways);
        json::array links;
        for (const Target& target : targets) {
            const auto url = fmt::format("{}/{}", request.script_name(), target.path);
            links.push_back(json::object{
                {"text", texts.say(target.what)}, {"url", site_url(url)}, {"where", url}});
            if (user && target.what == messages && !page.contains("inbox") &&
                request.site.settings.messages_extensions.read_state) {
                page["inbox"] = inbox(request, static_url, site_url(url));
            }
        }
        page["links"] = std::move(links);
        return middleware::html_answer(200, templates.render("start", page));
    };
}

} // namespace drf_messages::pages
