// SPDX-License-Identifier: MIT
#include "middleware/required.hpp"

#include "http/media_type.hpp"
#include "middleware/bad_request.hpp"
#include "middleware/multipart.hpp"
#include "text/ascii.hpp"

#include <utility>

namespace drf_messages::middleware {

const std::string& required_host(HttpRequest& request) {
    const auto& host = request.host();
    if (!host) {
        throw BadRequest("the Host header is not allowed by ALLOWED_HOSTS");
    }
    return *host;
}

const http::QueryDict& required_query(HttpRequest& request) {
    const auto& query = request.query();
    if (!query) {
        throw BadRequest("the query exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS");
    }
    return *query;
}

http::QueryDict required_form(const HttpRequest& request) {
    auto form = http::QueryDict::parse(
        request.wire.body, request.site.settings.data_upload_max_number_fields, request.charset()
    );
    if (!form) {
        throw BadRequest("the form exceeds DATA_UPLOAD_MAX_NUMBER_FIELDS");
    }
    return *std::move(form);
}

void require_form_charset(const HttpRequest& request) {
    const std::string content_type = request.header("Content-Type").value_or("");
    if (!request.site.differences.has(model::Difference::form_in_utf8) ||
        media_type_of(content_type) != "application/x-www-form-urlencoded") {
        return;
    }
    // "utf8" and other names of UTF-8 are refused too.
    const http::MediaType type(content_type);
    const auto charset = type.param("charset");
    if (charset && text::Charset::find(*charset) && text::lowered(*charset) != "utf-8") {
        throw BadRequest("the form is not in UTF-8");
    }
}

} // namespace drf_messages::middleware
