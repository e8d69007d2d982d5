// SPDX-License-Identifier: MIT
#include "api/wire/json_body.hpp"

#include "api/exchange/errors.hpp"
#include "django/python_json.hpp"

#include <string>
#include <utility>

namespace drf_messages::api {
namespace {

ApiError refused(const std::string& why) {
    return parse_error("JSON parse error - " + why);
}

} // namespace

boost::json::value json_body(
    std::string_view body, bool strict, text::Charset charset, std::optional<std::size_t> most_keys
) {
    std::string kept;
    const auto [text, error] = text::Decoder(charset).read(body, kept);
    if (!error.empty()) {
        throw refused(error);
    }
    auto read = django::read_python_json(
        text, strict ? django::NonFinite::refused : django::NonFinite::taken, most_keys
    );
    if (read.error) {
        throw refused(read.error->message(text));
    }
    return std::move(read.value);
}

} // namespace drf_messages::api
