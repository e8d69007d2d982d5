// SPDX-License-Identifier: MIT
#include <drf_messages/rest/exceptions.hpp>

#include <stdexcept>

// The words are those of rest_framework/exceptions.py.

namespace drf_messages::rest {
namespace {

int checked(int status) {
    if (status < 400 || status > 599) {
        throw std::invalid_argument("rest::APIException: its status must be 400 to 599");
    }
    return status;
}

Value as_object(const ValidationError::Fields& fields) {
    Value data{Value::Object{}};
    for (const auto& [field, messages] : fields) {
        Value& list = data[field];
        list = Value::Array{};
        for (const auto& message : messages) {
            list.append(message);
        }
    }
    return data;
}

} // namespace

APIException::APIException(std::string detail, int status, std::string code)
    : std::runtime_error(detail), status_(checked(status)), code_(std::move(code)) {}

APIException::APIException(Value data, std::string detail, int status, std::string code)
    : std::runtime_error(detail), status_(checked(status)), code_(std::move(code)),
      data_(std::move(data)) {}

APIException::~APIException() = default;

ValidationError::ValidationError(std::string_view message)
    : APIException(Value::array({message}), std::string(message), 400, "invalid") {}

ValidationError::ValidationError(const Fields& fields)
    : APIException(as_object(fields), "Invalid input.", 400, "invalid") {}

ValidationError::ValidationError(std::string_view field, std::string_view message)
    : ValidationError(Fields{{std::string(field), {std::string(message)}}}) {}

ParseError::ParseError(std::string detail) : APIException(std::move(detail), 400, "parse_error") {}

AuthenticationFailed::AuthenticationFailed(std::string detail)
    : APIException(std::move(detail), 401, "authentication_failed") {}

NotAuthenticated::NotAuthenticated(std::string detail)
    : APIException(std::move(detail), 401, "not_authenticated") {}

PermissionDenied::PermissionDenied(std::string detail)
    : APIException(std::move(detail), 403, "permission_denied") {}

NotFound::NotFound(std::string detail) : APIException(std::move(detail), 404, "not_found") {}

MethodNotAllowed::MethodNotAllowed(std::string_view method)
    : APIException(
          "Method \"" + std::string(method) + "\" not allowed.", 405, "method_not_allowed"
      ) {}

Throttled::Throttled(std::optional<std::chrono::seconds> wait)
    : APIException("Request was throttled.", 429, "throttled"), wait_(wait) {}

} // namespace drf_messages::rest
