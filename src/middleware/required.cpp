// SPDX-License-Identifier: MIT
#include "middleware/required.hpp"

#include "middleware/bad_request.hpp"

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

} // namespace drf_messages::middleware
