// SPDX-License-Identifier: MIT
#include "middleware/redirect.hpp"

#include "http/url.hpp"

namespace drf_messages::middleware {
namespace {

http::Response redirect_with(int status, std::string_view url) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    response.headers.set("Location", http::iri_to_uri(url));
    return response;
}

} // namespace

http::Response redirect(std::string_view url) {
    return redirect_with(302, url);
}

http::Response permanent_redirect(std::string_view url) {
    return redirect_with(301, url);
}

} // namespace drf_messages::middleware
