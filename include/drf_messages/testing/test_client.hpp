// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/endpoint.hpp>
#include <drf_messages/http.hpp>
#include <drf_messages/middleware.hpp>
#include <drf_messages/site.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace drf_messages::test {

/// The cookies of a browser; the only attributes that count are those that delete a cookie.
class Cookies {
public:
    /// Takes over the cookies that the answer sets.
    void take(const http::Response& response) {
        for (const auto& [name, value] : response.headers.fields()) {
            if (is(name, "set-cookie")) {
                take_one(value);
            }
        }
    }

    /// Takes over the cookies of a request.
    void take(const http::Request& request) {
        for (const auto& [name, value] : request.headers.fields()) {
            if (is(name, "cookie")) {
                for (std::string_view rest = value; !rest.empty();) {
                    set(cut(rest, ';'));
                }
            }
        }
    }

    /// Takes over one cookie.
    void set(const std::string& name, std::string value) { values_[name] = std::move(value); }

    /// The header field Cookie; empty without cookies.
    std::string header() const {
        std::string header;
        for (const auto& [name, value] : values_) {
            header += (header.empty() ? "" : "; ") + name + "=" + value;
        }
        return header;
    }

    /// Empty if there is none of that name.
    std::string get(const std::string& name) const {
        const auto found = values_.find(name);
        return found == values_.end() ? std::string() : found->second;
    }

private:
    static std::string lowered(std::string_view text) {
        std::string result(text);
        for (char& c : result) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
        return result;
    }

    static bool is(std::string_view name, std::string_view wanted) {
        return lowered(name) == wanted;
    }

    /// Cuts off the part before the next `separator`, without the blanks around it.
    static std::string_view cut(std::string_view& rest, char separator) {
        std::string_view part = rest.substr(0, rest.find(separator));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        while (part.starts_with(' ')) {
            part.remove_prefix(1);
        }
        while (part.ends_with(' ')) {
            part.remove_suffix(1);
        }
        return part;
    }

    std::string set(std::string_view pair) {
        std::string name(cut(pair, '='));
        values_[name] = std::string(pair);
        return name;
    }

    void take_one(std::string_view cookie) {
        const std::string name = set(cut(cookie, ';'));
        while (!cookie.empty()) {
            if (lowered(cut(cookie, ';')) == "max-age=0") {
                values_.erase(name);
            }
        }
    }

    std::map<std::string, std::string> values_;
};

/// An answer, and the visitor who got it.
struct TestResponse : http::Response {
    Site* site = nullptr;
    Cookies cookies; ///< of the visitor, after the answer
};

/// A visitor's browser: keeps cookies from one request to the next. Redirects are not followed, and
/// a request that changes something carries a valid CSRF token, as if from a page of the site.
/// - Django: django.test.Client
class TestClient {
public:
    /// From a request to an answer, as a server calls the application.
    using Application = std::function<http::Response(const http::Request& request)>;

    /// The site must live longer.
    TestClient(Site& site, Application application)
        : site_(&site), application_(std::move(application)) {}

    /// Each request is one view, behind the site's middleware.
    static TestClient of_view(Site& site, Middleware::View view, std::string view_name = {}) {
        const auto middleware = std::make_shared<Middleware>(site);
        return TestClient(
            site,
            [middleware, view = std::move(view), name = std::move(view_name)](
                const http::Request& request
            ) { return (*middleware)(request, view, name); }
        );
    }

    TestResponse get(std::string target) { return request("GET", std::move(target)); }

    /// - form: as a browser sends it, "text=Saved&next=%2F"
    TestResponse post(std::string target, std::string form = {}) {
        http::Headers headers;
        headers.set("Content-Type", "application/x-www-form-urlencoded");
        return request("POST", std::move(target), std::move(form), std::move(headers));
    }

    TestResponse request(
        std::string method, std::string target, std::string body = {}, http::Headers headers = {}
    ) {
        return send(application_, std::move(method), std::move(target), body, std::move(headers));
    }

    /// Logs in as a browser does, so that the following requests are this user's. Throws
    /// std::logic_error when the site has no route to "rest_framework.urls" (TestSite has one), and
    /// std::runtime_error when name and password do not match.
    void log_in(const std::string& username, const std::string& password) {
        Endpoint endpoint(*site_);
        const auto door = [&](const http::Request& request) { return endpoint(request); };
        const std::string page = login_page();
        send(door, "GET", page, {}, {});
        http::Headers headers;
        headers.set("Content-Type", "application/x-www-form-urlencoded");
        const std::string form =
            "csrfmiddlewaretoken=" + cookies_.get(site_->settings().csrf_cookie_name) +
            "&username=" + escaped(username) + "&password=" + escaped(password);
        if (send(door, "POST", page, form, std::move(headers)).status != 302) {
            throw std::runtime_error("the user could not log in: " + username);
        }
    }

    const Cookies& cookies() const noexcept { return cookies_; }

    /// A host that the site answers to.
    std::string host() const {
        for (const std::string& host : site_->settings().allowed_hosts) {
            if (!host.starts_with('.') && host != "*") {
                return host;
            }
        }
        return "localhost";
    }

private:
    static constexpr std::size_t csrf_token_length = 64; // masked, as Django's cookie has it

    TestResponse send(
        const Application& to,
        std::string method,
        std::string target,
        const std::string& body,
        http::Headers headers
    ) {
        http::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.headers = std::move(headers);
        request.body = body;
        request.remote_address = "127.0.0.1";
        if (!request.headers.contains("Host")) {
            request.headers.set("Host", host());
        }
        if (!body.empty()) {
            request.headers.set("Content-Length", std::to_string(body.size()));
        }
        Cookies sent = cookies_;
        if (!request.headers.contains("X-CSRFToken") && request.method != "GET" &&
            request.method != "HEAD" && request.method != "OPTIONS") {
            const std::string& name = site_->settings().csrf_cookie_name;
            if (sent.get(name).empty()) {
                sent.set(name, std::string(csrf_token_length, 'x'));
            }
            request.headers.set("X-CSRFToken", sent.get(name));
        }
        if (const std::string cookies = sent.header(); !cookies.empty()) {
            request.headers.set("Cookie", cookies);
        }
        TestResponse response{to(request), site_, {}};
        cookies_.take(response);
        response.cookies = cookies_;
        return response;
    }

    std::string login_page() const {
        for (const RouteSettings& route : site_->settings().routes) {
            if (route.include == "rest_framework.urls" && !route.regex) {
                return "/" + route.route + "login/";
            }
        }
        throw std::logic_error("the site has no route to \"rest_framework.urls\" to log in with");
    }

    static std::string escaped(std::string_view text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        std::string result;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            result += '%';
            result += digits[byte / 16];
            result += digits[byte % 16];
        }
        return result;
    }

    Site* site_;
    Application application_;
    Cookies cookies_;
};

} // namespace drf_messages::test
