// SPDX-License-Identifier: MIT
#include "api/resource/asked_message.hpp"

#include "model/releases.hpp"
#include "text/python_text.hpp"

#include <charconv>
#include <optional>
#include <system_error>

namespace drf_messages::api {

ApiError no_message(const ApiRequest& request) {
    return request.http.site.differences.has(model::Difference::not_found_text)
               ? not_found("No Message matches the given query.")
               : not_found();
}

MessageId message_id(const ApiRequest& request) {
    const auto pk = request.kwargs.find("pk");
    const auto number = pk == request.kwargs.end() ? std::nullopt : text::parse_integer(pk->second);
    if (!number) {
        throw not_found();
    }
    MessageId id;
    if (std::from_chars(number->data(), number->data() + number->size(), id.value).ec !=
        std::errc()) {
        throw no_message(request);
    }
    return id;
}

} // namespace drf_messages::api
