// SPDX-License-Identifier: MIT
#pragma once

#include "text/json.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::api {

/// What a view answers before it is rendered: writes itself as JSON. Empty: no content (204).
using Data = std::function<void(text::JsonWriter&)>;

/// `{"detail": text}`.
Data detail(std::string text);

/// Field name -> messages, as a form's or serializer's errors.
using FieldErrors = std::vector<std::pair<std::string, std::vector<std::string>>>;
Data field_errors(FieldErrors errors);

/// An error that becomes an answer: REST framework's APIException. Thrown by views, caught in one place, api::View::dispatch.
struct ApiError {
    int status = 500;
    Data data;
    std::optional<std::string> www_authenticate; ///< challenge of a 401
    std::optional<std::string> retry_after;      ///< whole seconds, of a 429
};

ApiError not_found();                             ///< 404 "Not found."
ApiError not_found(std::string detail_text);      ///< 404, "Invalid page."
ApiError permission_denied();                     ///< 403, REST framework's words
ApiError permission_denied(std::string detail_text);
ApiError invalid(FieldErrors errors);             ///< 400

} // namespace drf_messages::api
