// SPDX-License-Identifier: MIT
#include "api/wire/request_data.hpp"

#include "api/exchange/errors.hpp"
#include "api/wire/json_body.hpp"
#include "middleware/multipart.hpp"
#include "middleware/required.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

/// Of two values the last counts, but for a list.
/// - REST framework: fields.py, ListField.get_value.
void put(
    boost::json::object& data,
    std::string_view name,
    std::string_view value,
    std::span<const FieldSpec> fields
) {
    const bool is_list = std::any_of(fields.begin(), fields.end(), [&](const FieldSpec& field) {
        return field.name == name && field.type == FieldType::list;
    });
    if (!is_list) {
        data[name] = value;
        return;
    }
    boost::json::value& items = data[name];
    if (!items.is_array()) {
        items.emplace_array();
    }
    items.get_array().emplace_back(value);
}

boost::json::object
form_data(const middleware::HttpRequest& request, std::span<const FieldSpec> fields) {
    const auto form = middleware::required_form(request);
    boost::json::object data;
    for (const auto& [name, value] : form.items()) {
        put(data, name, value, fields);
    }
    return data;
}

boost::json::object multipart_data(
    const middleware::HttpRequest& request,
    const std::string& content_type,
    std::span<const FieldSpec> fields
) {
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
            put(data, field.name, field.value, fields);
        }
    }
    for (auto& [name, file] : files) {
        data[name] = std::move(file);
    }
    return data;
}

} // namespace

boost::json::value request_data(
    middleware::HttpRequest& request,
    const std::vector<Parser>& parsers,
    std::span<const FieldSpec> fields
) {
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
        return form_data(request, fields);
    case Parser::Kind::multi_part:
        return multipart_data(request, request.meta("CONTENT_TYPE").value_or(""), fields);
    case Parser::Kind::file_upload:
        break;
    }
    return boost::json::object();
}

} // namespace drf_messages::api
