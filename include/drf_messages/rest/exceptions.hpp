// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/export.hpp>
#include <drf_messages/rest/value.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a class of an application throws to end a request with an answer. Any other exception gets
/// 500, and only its type is logged.
/// - REST framework: rest_framework/exceptions.py.
namespace drf_messages::rest {

/// An error with its answer: `{"detail": detail}`.
class DRF_MESSAGES_API APIException : public std::runtime_error {
public:
    /// - status: 400 to 599, else std::invalid_argument is thrown.
    /// - code: a word for programs; it is not part of the answer.
    explicit APIException(
        std::string detail = "A server error occurred.",
        int status = 500,
        std::string code = "error"
    );
    ~APIException() override;

    int status() const noexcept { return status_; }
    const std::string& code() const noexcept { return code_; }
    /// The answer itself, where it is not the detail.
    const std::optional<Value>& data() const noexcept { return data_; }

protected:
    APIException(Value data, std::string detail, int status, std::string code);

private:
    int status_;
    std::string code_;
    std::optional<Value> data_;
};

/// 400: `{"field": ["what is wrong with it"]}`.
class DRF_MESSAGES_API ValidationError : public APIException {
public:
    using Fields = std::vector<std::pair<std::string, std::vector<std::string>>>;

    /// The request as a whole is wrong, not one field: `["message"]`.
    explicit ValidationError(std::string_view message);
    explicit ValidationError(const Fields& fields);
    ValidationError(std::string_view field, std::string_view message);
};

/// 400: what was sent cannot be read.
class DRF_MESSAGES_API ParseError : public APIException {
public:
    explicit ParseError(std::string detail = "Malformed request.");
};

/// 401, or 403 if the first authentication class has no authenticate_header: the client is not who
/// it claims to be.
class DRF_MESSAGES_API AuthenticationFailed : public APIException {
public:
    explicit AuthenticationFailed(std::string detail = "Incorrect authentication credentials.");
};

/// 401 or 403, as AuthenticationFailed: nobody has logged in.
class DRF_MESSAGES_API NotAuthenticated : public APIException {
public:
    explicit NotAuthenticated(std::string detail = "Authentication credentials were not provided.");
};

/// 403
class DRF_MESSAGES_API PermissionDenied : public APIException {
public:
    explicit PermissionDenied(
        std::string detail = "You do not have permission to perform this action."
    );
};

/// 404
class DRF_MESSAGES_API NotFound : public APIException {
public:
    explicit NotFound(std::string detail = "Not found.");
};

/// 405
class DRF_MESSAGES_API MethodNotAllowed : public APIException {
public:
    explicit MethodNotAllowed(std::string_view method);
};

/// 429
class DRF_MESSAGES_API Throttled : public APIException {
public:
    /// - wait: until another try makes sense; the answer and Retry-After say so.
    explicit Throttled(std::optional<std::chrono::seconds> wait = std::nullopt);

    std::optional<std::chrono::seconds> wait() const noexcept { return wait_; }

private:
    std::optional<std::chrono::seconds> wait_;
};

} // namespace drf_messages::rest
