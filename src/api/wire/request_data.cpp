// SPDX-License-Identifier: MIT
#include "api/wire/request_data.hpp"

#include "api/exchange/errors.hpp"
#include "api/wire/json_body.hpp"
#include "middleware/multipart.hpp"
#include "middleware/required.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <utility>

namespace drf_messages::api {
namespace {

boost::json::object form_data(const middleware::HttpRequest& request) {
    const auto form = middleware::required_form(request);
    boost::json::object data;
    for (const auto& [name, value] : form.items()) {
        data[name] = value;
    }
    return data;
}

boost::json::object
multipart_data(const middleware::HttpRequest& request, const std::string& content_type) {
    const auto boundary = middleware::multipart_boundary(content_type);
    if (!boundary || boundary->empty()) {
        throw parse_error(
            "Multipart form parse error - Invalid boundary in multipart: " +
            boundary.value_or("None")
        );
    }
    boost::json::object data;
    boost::json::object files;
    for (const auto& field : middleware::multipart_fields(
             content_type,
             request.wire.body,
             request.charset(),
             request.site.settings.data_upload_max_number_fields
         )) {
        if (field.is_file) {
            files[field.name] = boost::json::array();
        } else {
            data[field.name] = field.value;
        }
    }
    for (auto& [name, file] : files) {
        data[name] = std::move(file);
    }
    return data;
}

} // namespace

boost::json::value
request_data(middleware::HttpRequest& request, const std::vector<Parser>& parsers) {
    const auto& body = request.wire.body;
    if (body.empty()) {
        return boost::json::object();
    }
    const Settings& settings = request.site.settings;
    switch (parser_for(parsers, request).kind) {
    case Parser::Kind::json:
        return json_body(
            body,
            settings.rest_framework.strict_json,
            request.charset(),
            settings.data_upload_max_number_fields
        );
    case Parser::Kind::form:
        return form_data(request);
    case Parser::Kind::multi_part:
        return multipart_data(request, request.meta("CONTENT_TYPE").value_or(""));
    case Parser::Kind::file_upload:
        break;
    }
    return boost::json::object();
}

} // namespace drf_messages::api
