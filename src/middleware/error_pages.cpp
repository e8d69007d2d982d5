// SPDX-License-Identifier: MIT
#include "middleware/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace drf_messages::middleware {
namespace {

http::Response
page(const SiteResources& site, int status, std::string_view title, std::string_view details) {
    // Those of Django that may be in another language than English name their charset themselves.
    const bool is_ascii =
        std::none_of(details.begin(), details.end(), [](char c) { return (c & 0x80) != 0; });
    const bool has_charset =
        site.differences.has(model::Difference::error_page_charset) || !is_ascii;
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", has_charset ? "text/html; charset=utf-8" : "text/html");
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
http::Response error_page(const SiteResources& site, int status) {
    switch (status) {
    case 403:
        return page(site, status, "403 Forbidden", "");
    case 404:
        return page(
            site, status, "Not Found", "The requested resource was not found on this server."
        );
    case 500:
        return page(site, status, "Server Error (500)", "");
    default:
        return page(site, status, fmt::format("{} ({})", http::reason_phrase(status), status), "");
    }
}

http::Response not_found_page(HttpRequest& request) {
    http::Response response = error_page(request.site, 404);
    ensure_csrf_cookie(request, response);
    return response;
}

http::Response csrf_failure_page(const HttpRequest& request) {
    const auto& language = request.language();
    return page(
        request.site,
        403,
        "403 Forbidden",
        fmt::format(
            "{} {}",
            language.say("CSRF verification failed. Request aborted."),
            language.say("Go back, load the page again and send it once more: somebody has logged "
                         "in or out since it was shown, or the browser keeps no cookies.")
        )
    );
}

} // namespace drf_messages::middleware
