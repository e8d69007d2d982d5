// SPDX-License-Identifier: MIT
#pragma once

#include "middleware/http_request.hpp"

#include <drf_messages/settings.hpp>

#include <string>
#include <vector>

namespace drf_messages::api {

/// An entry of DEFAULT_PARSER_CLASSES. The views of messages read no body; OPTIONS names the
/// parsers, and the form of a POST, where the CSRF token may be, is parsed by them. Django:
/// rest_framework/parsers.py.
struct Parser {
    enum class Kind { json, form, multi_part, file_upload };
    Kind kind = Kind::json;
    std::string media_type;
};

/// Throws std::invalid_argument for a class that we do not have.
std::vector<Parser> make_parsers(const Settings& settings);

/// The parser that takes the request's body. Throws ApiError 415 when none does, and, where REST
/// framework does, 400 for a charset that is none.
const Parser&
parser_for(const std::vector<Parser>& parsers, const middleware::HttpRequest& request);

/// `csrfmiddlewaretoken` of a POST's form; empty when there is none.
/// - throws ApiError 415 for a body that no parser takes, 400 for one that its parser cannot read.
/// - Django: rest_framework/request.py, Request._parse.
std::string posted_csrf_token(middleware::HttpRequest& request, const std::vector<Parser>& parsers);

} // namespace drf_messages::api
