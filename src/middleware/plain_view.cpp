// SPDX-License-Identifier: MIT
#include "middleware/plain_view.hpp"

#include "http/cookies.hpp"

#include <chrono>
#include <utility>

namespace drf_messages::middleware {

http::Response html_answer(int status, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    response.body = std::move(body);
    return response;
}

http::Response uncached(const HttpRequest& request, http::Response response) {
    response.headers.set(
        "Expires", http::http_date(std::chrono::floor<std::chrono::seconds>(request.site.clock()))
    );
    response.headers.set(
        "Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"
    );
    return response;
}

http::Response only_methods(const std::string& method, std::string_view allowed) {
    http::Response response = html_answer(method == "OPTIONS" ? 200 : 405, "");
    response.headers.set("Allow", std::string(allowed));
    if (method == "OPTIONS") {
        response.headers.set("Content-Length", "0");
    }
    return response;
}

} // namespace drf_messages::middleware
