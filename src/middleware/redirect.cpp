// SPDX-License-Identifier: MIT
#include "middleware/redirect.hpp"

#include "http/url.hpp"

namespace drf_messages::middleware {

http::Response permanent_redirect(std::string_view url) {
    http::Response response;
    response.status = 301;
    response.headers.set("Content-Type", "text/html; charset=utf-8");
    response.headers.set("Location", http::iri_to_uri(url));
    return response;
}

} // namespace drf_messages::middleware
