// SPDX-License-Identifier: MIT
#include "api/parsers.hpp"

#include "api/class_attributes.hpp"
#include "api/data.hpp"
#include "http/media_type.hpp"
#include "http/query_dict.hpp"
#include "middleware/bad_request.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

/// Takes JSON without keeping any of it.
struct Ignore {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using Error = boost::json::error_code;
    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error&) { return true; }
    bool on_object_end(std::size_t, Error&) { return true; }
    bool on_array_begin(Error&) { return true; }
    bool on_array_end(std::size_t, Error&) { return true; }
    bool on_key_part(boost::json::string_view, std::size_t, Error&) { return true; }
    bool on_key(boost::json::string_view, std::size_t, Error&) { return true; }
    bool on_string_part(boost::json::string_view, std::size_t, Error&) { return true; }
    bool on_string(boost::json::string_view, std::size_t, Error&) { return true; }
    bool on_number_part(boost::json::string_view, Error&) { return true; }
    bool on_int64(std::int64_t, boost::json::string_view, Error&) { return true; }
    bool on_uint64(std::uint64_t, boost::json::string_view, Error&) { return true; }
    bool on_double(double, boost::json::string_view, Error&) { return true; }
    bool on_bool(bool, Error&) { return true; }
    bool on_null(Error&) { return true; }
    bool on_comment_part(boost::json::string_view, Error&) { return true; }
    bool on_comment(boost::json::string_view, Error&) { return true; }
};

/// Throws 400 with the place where the text stops being JSON, counted as Python's json module
/// counts.
void check_json(std::string_view body) {
    boost::json::parse_options options;
    options.max_depth = 900; // a little less than Python's own limit
    boost::json::basic_parser<Ignore> parser(options);
    boost::json::error_code error;
    const auto end = parser.write_some(false, body.data(), body.size(), error);
    if (!error && end == body.size()) {
        return;
    }
    const auto before = body.substr(0, end);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto newline = before.rfind('\n');
    const auto column =
        newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    throw parse_error(fmt::format(
        "JSON parse error - Expecting value: line {} column {} (char {})", line, column, end
    ));
}

} // namespace

std::vector<Parser> make_parsers(const Settings& settings) {
    std::vector<Parser> parsers;
    for (const auto& name : settings.rest_framework.default_parser_classes) {
        const ClassAttributes attributes(settings, name);
        const std::string_view base = attributes.base();
        Parser parser;
        if (base == "rest_framework.parsers.JSONParser") {
            parser = {Parser::Kind::json, "application/json"};
        } else if (base == "rest_framework.parsers.FormParser") {
            parser = {Parser::Kind::form, "application/x-www-form-urlencoded"};
        } else if (base == "rest_framework.parsers.MultiPartParser") {
            parser = {Parser::Kind::multi_part, "multipart/form-data"};
        } else if (base == "rest_framework.parsers.FileUploadParser") {
            parser = {Parser::Kind::file_upload, "*/*"};
        } else {
            refuse_class("DEFAULT_PARSER_CLASSES", base);
        }
        attributes.allow_only({"media_type"});
        parser.media_type = attributes.text("media_type").value_or(parser.media_type);
        parsers.push_back(std::move(parser));
    }
    return parsers;
}

std::string
posted_csrf_token(middleware::HttpRequest& request, const std::vector<Parser>& parsers) {
    const auto& body = request.wire.body;
    if (body.empty()) {
        return {};
    }
    const auto content_type = request.meta("CONTENT_TYPE").value_or("");
    const http::MediaType sent(content_type);
    const auto parser = std::find_if(parsers.begin(), parsers.end(), [&](const Parser& candidate) {
        return http::MediaType(candidate.media_type).match(sent);
    });
    if (parser == parsers.end()) {
        throw unsupported_media_type(content_type);
    }
    switch (parser->kind) {
    case Parser::Kind::json:
        check_json(body);
        break;
    case Parser::Kind::form:
        if (!http::QueryDict::parse(body, request.site.settings.data_upload_max_number_fields)) {
            throw middleware::BadRequest("the form has too many fields");
        }
        break;
    case Parser::Kind::multi_part:
    case Parser::Kind::file_upload:
        break;
    }
    return middleware::posted_csrf_token(request);
}

} // namespace drf_messages::api
