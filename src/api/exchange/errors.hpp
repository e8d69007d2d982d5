// SPDX-License-Identifier: MIT
#pragma once

#include "api/exchange/data.hpp"
#include "api/exchange/words.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drf_messages::api {

/// One thing that is wrong with an input. REST framework: exceptions.py, ErrorDetail.
struct ErrorDetail {
    Words words;
    std::string_view code = "invalid"; ///< of a literal

    bool operator==(const ErrorDetail&) const = default;
};

/// What is wrong with one field, as a form or a serializer says it: with the field itself or, for a
/// list, with some of its items, each named by its position.
struct FieldError {
    using Details = std::vector<ErrorDetail>;
    using Items = std::vector<FieldError>;

    std::string field;
    std::variant<Details, Items> errors{};
};
using FieldErrors = std::vector<FieldError>;

/// An error that becomes an answer: REST framework's APIException. Thrown by views, caught in one
/// place, api::View::dispatch. A 401 is completed there: it gets the challenge of the first
/// authenticator, or becomes a 403 when that one has none.
struct ApiError {
    int status = 500;
    Words words;                 ///< `{"detail": …}`
    Words more_words;            ///< a second sentence of it, may be empty
    FieldErrors fields;          ///< a form's errors, which then are the answer
    FieldError::Details details; ///< errors of no field: a list is the answer
    Data answer;                 ///< said instead of both, where it is not empty
    std::string_view code{};     ///< of a literal: beside "detail", where a client must branch
    std::string state{};         ///< beside the code: to go on from; may be empty
    std::optional<std::string> www_authenticate; ///< challenge of a 401
    std::optional<std::string> retry_after;      ///< whole seconds, of a 429

    /// The answer in a language, which must outlive it.
    Data data(const locale::Language& language) const;
};

ApiError not_found();                        ///< 404 "Not found."
ApiError not_found(std::string detail_text); ///< 404, "Invalid page."
ApiError permission_denied();                ///< 403, REST framework's words
ApiError permission_denied(std::string detail_text);
ApiError invalid(FieldErrors errors);     ///< 400
ApiError invalid_value(std::string text); ///< 400, of no field: a list of one text
ApiError not_authenticated();             ///< 401 "Authentication credentials were not provided."
ApiError authentication_failed(std::string detail_text); ///< 401
ApiError method_not_allowed(std::string_view method);    ///< 405
ApiError not_acceptable(); ///< 406 "Could not satisfy the request Accept header."
ApiError not_acceptable(std::string detail_text); ///< 406
ApiError parse_error(std::string detail_text);    ///< 400
/// 410 with the code "state_expired": list, and go on from there.
/// - state: that the feed knows, where whoever follows it goes on; empty: whoever asks does not.
ApiError state_expired(std::string state = {});
ApiError unsupported_media_type(std::string_view media_type); ///< 415
/// 429. `wait_seconds` is the time until another try makes sense; absent: nobody can say.
ApiError throttled(std::optional<std::int64_t> wait_seconds);

} // namespace drf_messages::api
