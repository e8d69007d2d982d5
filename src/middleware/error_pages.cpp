// SPDX-License-Identifier: MIT
#include "middleware/pipeline.hpp"

#include <fmt/format.h>

namespace drf_messages::middleware {
namespace {

http::Response page(int status, std::string_view title, std::string_view details) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/html");
    response.body = fmt::format(
        "\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>{0}</title>\n</head>\n<body>\n"
        "  <h1>{0}</h1><p>{1}</p>\n</body>\n</html>\n",
        title,
        details
    );
    return response;
}

} // namespace

// Django: views/defaults.py
http::Response error_page(int status) {
    switch (status) {
    case 403:
        return page(status, "403 Forbidden", "");
    case 404:
        return not_found_page();
    case 500:
        return page(status, "Server Error (500)", "");
    default:
        return page(status, fmt::format("{} ({})", http::reason_phrase(status), status), "");
    }
}

http::Response not_found_page() {
    return page(404, "Not Found", "The requested resource was not found on this server.");
}

http::Response csrf_failure_page() {
    return page(403, "403 Forbidden", "CSRF verification failed. Request aborted.");
}

} // namespace drf_messages::middleware
