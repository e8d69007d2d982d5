// SPDX-License-Identifier: MIT
#include "web_application.hpp"

#include "form.hpp"

#include <drf_messages/messages.hpp>
#include <drf_messages/settings.hpp>

#include <csignal>
#include <iostream>

namespace http = drf_messages::http;
namespace messages = drf_messages::messages;

namespace {

drf_messages::Settings settings() {
    drf_messages::Settings settings;
    settings.secret_key = "only-for-this-example";
    settings.allowed_hosts = {"localhost", "127.0.0.1"};
    settings.database.name = ":memory:";
    settings.rest_framework.default_authentication_classes = {
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication"};
    settings.rest_framework.default_pagination_class =
        "rest_framework.pagination.LimitOffsetPagination"; // pages for whoever asks for ?limit=10
    drf_messages::RouteSettings login;
    login.route = "api-auth/";
    login.include = "rest_framework.urls";
    settings.routes.push_back(login);
    return settings;
}

http::Response answer(int status, std::string body, const char* type = "text/html; charset=utf-8") {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", type);
    response.body = std::move(body);
    return response;
}

http::Response redirect(const std::string& location) {
    http::Response response = answer(302, "");
    response.headers.set("Location", location);
    return response;
}

} // namespace

WebApplication::WebApplication() : site_(settings()), middleware_(site_), endpoint_(site_) {
    site_.migrate();
    site_.users().create_user("demo", {.password = "demo"});
}

http::Response WebApplication::operator()(const http::Request& request) {
    if (endpoint_.serves(request.target)) {
        return endpoint_(request);
    }
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (path == "/echo" && request.method == "POST") {
        return answer(200, request.body, "application/octet-stream");
    }
    return middleware_(
        request,
        [&](drf_messages::Request& visit) {
            if (path == "/" && request.method == "POST") {
                return leave(visit, request.body);
            }
            if (path == "/") {
                return home(visit);
            }
            return answer(404, "<h1>There is no such page</h1>");
        },
        "example:" + path.substr(1)
    );
}

http::Response WebApplication::home(drf_messages::Request& request) const {
    if (!request.viewer().user) {
        return redirect("/api-auth/login/?next=/");
    }
    std::string page = "<!doctype html><title>Messages</title>\n";
    for (const auto& message : messages::get_messages(request)) {
        page += "<p class=\"" + escape_html(message.tags()) + "\">" + escape_html(message.message) +
                "</p>\n";
    }
    page += "<form method=\"post\" action=\"/\"><input type=\"hidden\" "
            "name=\"csrfmiddlewaretoken\" value=\"" +
            drf_messages::csrf_token(request) +
            "\"><input name=\"text\"><button>Leave</button></form>";
    return answer(200, page);
}

http::Response
WebApplication::leave(drf_messages::Request& request, const std::string& form) const {
    if (!request.viewer().user) {
        return redirect("/api-auth/login/?next=/");
    }
    const auto text = form_value(form, "text");
    if (!text || text->empty()) {
        messages::error(request, "Please write something");
    } else {
        messages::success(request, *text, "form");
    }
    return redirect("/");
}

void WebApplication::announce(int port) {
    const auto demo = site_.users().find("demo");
    std::cout << "http://127.0.0.1:" << port << "/ token " << site_.users().token(*demo)
              << std::endl;
}

TerminationSignals::TerminationSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void TerminationSignals::wait() const {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    int signal = 0;
    sigwait(&signals, &signal);
}
