// SPDX-License-Identifier: MIT
#include "api/exchange/errors.hpp"

// The words are those of rest_framework/exceptions.py.

namespace drf_messages::api {
namespace {

ApiError with_detail(int status, std::string english, std::vector<std::string> arguments = {}) {
    ApiError error;
    error.status = status;
    error.words = {std::move(english), std::move(arguments)};
    return error;
}

void write_details(
    text::JsonWriter& json, const FieldError::Details& details, const locale::Language& language
) {
    json.begin_array();
    for (const auto& detail : details) {
        json.string(in_language(detail.words, language));
    }
    json.end_array();
}

void write_errors(
    text::JsonWriter& json, const FieldErrors& errors, const locale::Language& language
) {
    json.begin_object();
    for (const auto& error : errors) {
        json.key(error.field);
        if (const auto* items = std::get_if<FieldError::Items>(&error.errors)) {
            write_errors(json, *items, language);
            continue;
        }
        write_details(json, std::get<FieldError::Details>(error.errors), language);
    }
    json.end_object();
}

} // namespace

Data detail(std::string text) {
    return [text = std::move(text)](text::JsonWriter& json) {
        json.begin_object();
        json.key("detail");
        json.string(text);
        json.end_object();
    };
}

Data ApiError::data(const locale::Language& language) const {
    if (answer) {
        return answer;
    }
    if (!details.empty()) {
        return [details = details, &language](text::JsonWriter& json) {
            write_details(json, details, language);
        };
    }
    if (fields.empty()) {
        std::string text = in_language(words, language);
        if (!more_words.empty()) {
            text += ' ' + in_language(more_words, language);
        }
        if (code.empty()) {
            return detail(std::move(text));
        }
        return [text = std::move(text), code = code, state = state](text::JsonWriter& json) {
            json.begin_object();
            json.key("detail");
            json.string(text);
            json.key("code");
            json.string(code);
            if (!state.empty()) {
                json.key("state");
                json.string(state);
            }
            json.end_object();
        };
    }
    return [errors = fields, &language](text::JsonWriter& json) {
        write_errors(json, errors, language);
    };
}

ApiError not_found() {
    return not_found("Not found.");
}

ApiError not_found(std::string detail_text) {
    return with_detail(404, std::move(detail_text));
}

ApiError permission_denied() {
    return permission_denied("You do not have permission to perform this action.");
}

ApiError permission_denied(std::string detail_text) {
    return with_detail(403, std::move(detail_text));
}

ApiError invalid(FieldErrors errors) {
    ApiError error;
    error.status = 400;
    error.fields = std::move(errors);
    return error;
}

ApiError invalid_value(std::string text) {
    ApiError error;
    error.status = 400;
    error.details = {{{std::move(text), {}}}};
    return error;
}

ApiError not_authenticated() {
    return with_detail(401, "Authentication credentials were not provided.");
}

ApiError authentication_failed(std::string detail_text) {
    return with_detail(401, std::move(detail_text));
}

ApiError method_not_allowed(std::string_view method) {
    return with_detail(405, "Method \"{}\" not allowed.", {std::string(method)});
}

ApiError not_acceptable() {
    return not_acceptable("Could not satisfy the request Accept header.");
}

ApiError not_acceptable(std::string detail_text) {
    return with_detail(406, std::move(detail_text));
}

ApiError parse_error(std::string detail_text) {
    return with_detail(400, std::move(detail_text));
}

ApiError state_expired(std::string state) {
    auto error = with_detail(410, "What has happened since that state is not known any more.");
    error.code = "state_expired";
    error.state = std::move(state);
    return error;
}

ApiError unsupported_media_type(std::string_view media_type) {
    return with_detail(415, "Unsupported media type \"{}\" in request.", {std::string(media_type)});
}

ApiError throttled(std::optional<std::int64_t> wait_seconds) {
    auto error = with_detail(429, "Request was throttled.");
    if (!wait_seconds) {
        return error;
    }
    // No plural of a language: the original asks for the two English ones, and for one of its own
    // only when the number is in it.
    error.more_words = {
        *wait_seconds == 1 ? "Expected available in {} second."
                           : "Expected available in {} seconds.",
        {std::to_string(*wait_seconds)}};
    // As in the original, a wait of nothing is no reason for the header.
    if (*wait_seconds != 0) {
        error.retry_after = std::to_string(*wait_seconds);
    }
    return error;
}

} // namespace drf_messages::api
