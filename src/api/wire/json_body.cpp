// SPDX-License-Identifier: MIT
#include "api/wire/json_body.hpp"

#include "api/exchange/errors.hpp"
#include "django/python_json.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>

namespace drf_messages::api {
namespace {

ApiError refused(const std::string& why) {
    return parse_error("JSON parse error - " + why);
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80;
}

/// The body without a character that is cut off at its end, which a Python stream would wait for.
/// Throws ApiError for other broken UTF-8, in the words of Python's codec.
std::string_view whole_characters(std::string_view body) {
    const auto refuse =
        [](std::string_view bytes, std::size_t at, std::size_t size, std::string_view why) {
            throw refused(
                size == 1 ? fmt::format(
                                "'utf-8' codec can't decode byte 0x{:02x} in position {}: {}",
                                static_cast<unsigned char>(bytes[at]),
                                at,
                                why
                            )
                          : fmt::format(
                                "'utf-8' codec can't decode bytes in position {}-{}: {}",
                                at,
                                at + size - 1,
                                why
                            )
            );
        };
    std::size_t at = 0;
    while (at < body.size()) {
        const auto lead = static_cast<unsigned char>(body[at]);
        if (lead < 0x80) {
            ++at;
            continue;
        }
        if (lead < 0xC2 || lead > 0xF4) {
            refuse(body, at, 1, "invalid start byte");
        }
        const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        for (std::size_t i = 1; i < size; ++i) {
            if (at + i == body.size()) {
                return body.substr(0, at);
            }
            const auto byte = static_cast<unsigned char>(body[at + i]);
            const bool overlong_or_too_large =
                i == 1 && ((lead == 0xE0 && byte < 0xA0) || (lead == 0xED && byte > 0x9F) ||
                           (lead == 0xF0 && byte < 0x90) || (lead == 0xF4 && byte > 0x8F));
            if (!is_continuation(body[at + i]) || overlong_or_too_large) {
                refuse(body, at, i, "invalid continuation byte");
            }
        }
        at += size;
    }
    return body;
}

} // namespace

boost::json::value json_body(std::string_view body, bool strict) {
    const auto text = whole_characters(body);
    auto read = django::read_python_json(
        text, strict ? django::NonFinite::refused : django::NonFinite::taken
    );
    if (read.error) {
        throw refused(read.error->message(text));
    }
    return std::move(read.value);
}

} // namespace drf_messages::api
