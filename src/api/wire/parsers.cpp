// SPDX-License-Identifier: MIT
#include "api/wire/parsers.hpp"

#include "api/classes/class_tables.hpp"
#include "api/exchange/errors.hpp"
#include "api/wire/json_body.hpp"
#include "http/media_type.hpp"
#include "middleware/required.hpp"
#include "text/charset.hpp"
#include "text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace drf_messages::api {
namespace {

constexpr ClassAttribute parser_attributes[] = {{"media_type", AttributeKind::header_text}};

using Row = ClassRow<Parser (*)()>;

constexpr std::array rows{
    Row{"rest_framework.parsers.JSONParser",
        parser_attributes,
        [] {
            return Parser{Parser::Kind::json, "application/json"};
        }},
    Row{"rest_framework.parsers.FormParser",
        parser_attributes,
        [] {
            return Parser{Parser::Kind::form, "application/x-www-form-urlencoded"};
        }},
    Row{"rest_framework.parsers.MultiPartParser",
        parser_attributes,
        [] {
            return Parser{Parser::Kind::multi_part, "multipart/form-data"};
        }},
    Row{"rest_framework.parsers.FileUploadParser",
        parser_attributes,
        [] {
            return Parser{Parser::Kind::file_upload, "*/*"};
        }},
};

/// - REST framework: negotiation.py, DefaultContentNegotiation.max_media_type_length.
constexpr std::size_t most_characters_of_a_type = 256;

/// - REST framework: parsers.py, get_encoding.
void refuse_charset_of_no_text(const Parser& parser, const http::MediaType& sent) {
    const auto charset = sent.param("charset");
    if (charset && parser.kind != Parser::Kind::file_upload &&
        text::is_codec_of_no_text(*charset)) {
        throw parse_error(
            fmt::format("Unsupported charset \"{}\" in request Content-Type header.", *charset)
        );
    }
}

} // namespace

SettingClasses parser_classes() {
    return {"DEFAULT_PARSER_CLASSES", rows};
}

std::vector<Parser> make_parsers(const Settings& settings) {
    std::vector<Parser> parsers;
    for (const auto& name : settings.rest_framework.default_parser_classes) {
        const ClassAttributes attributes(settings, name);
        Parser parser = class_of_ours(rows, parser_classes(), attributes).make();
        parser.media_type = attributes.text("media_type").value_or(parser.media_type);
        parsers.push_back(std::move(parser));
    }
    return parsers;
}

const Parser&
parser_for(const std::vector<Parser>& parsers, const middleware::HttpRequest& request) {
    const model::Differences& differences = request.site.differences;
    const auto content_type = request.meta("CONTENT_TYPE").value_or("");
    if (differences.has(model::Difference::content_type_limit) &&
        text::utf8_length(content_type) > most_characters_of_a_type) {
        throw unsupported_media_type(content_type);
    }
    const http::MediaType sent(content_type);
    const auto parser = std::find_if(parsers.begin(), parsers.end(), [&](const Parser& candidate) {
        return http::MediaType(candidate.media_type).match(sent);
    });
    if (parser == parsers.end()) {
        throw unsupported_media_type(content_type);
    }
    if (differences.has(model::Difference::charset_of_no_text)) {
        refuse_charset_of_no_text(*parser, sent);
    }
    return *parser;
}

std::string
posted_csrf_token(middleware::HttpRequest& request, const std::vector<Parser>& parsers) {
    const auto& body = request.wire.body;
    if (body.empty()) {
        return {};
    }
    switch (parser_for(parsers, request).kind) {
    case Parser::Kind::json:
        json_body(
            body,
            request.site.settings.rest_framework.strict_json,
            request.charset(),
            request.site.settings.data_upload_max_number_fields
        );
        break;
    case Parser::Kind::form:
        middleware::required_form(request);
        break;
    case Parser::Kind::multi_part:
    case Parser::Kind::file_upload:
        break;
    }
    return middleware::posted_csrf_token(request);
}

} // namespace drf_messages::api
