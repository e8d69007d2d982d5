// SPDX-License-Identifier: MIT
#include "api/pagination/cursor_token.hpp"

#include "api/pagination/parts.hpp"
#include "http/query_dict.hpp"
#include "text/base64.hpp"
#include "text/percent.hpp"
#include "text/python_text.hpp"

#include <algorithm>
#include <limits>

namespace drf_messages::api {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

/// The first value of that name, as parse_qs(...)[name][0].
std::optional<std::string_view> first_value(const http::QueryDict& fields, std::string_view name) {
    const auto found =
        std::find_if(fields.items().begin(), fields.items().end(), [&](const auto& field) {
            return field.first == name;
        });
    return found == fields.items().end() ? std::nullopt
                                         : std::optional<std::string_view>(found->second);
}

/// Microseconds since 1970, within Django's calendar.
std::optional<Timestamp> parse_moment(std::string_view text) {
    constexpr std::chrono::sys_days begin{std::chrono::year{1} / 1 / 1};
    constexpr std::chrono::sys_days end{std::chrono::year{10000} / 1 / 1};
    auto number = text::parse_integer(text);
    if (!number) {
        return std::nullopt;
    }
    const bool negative = number->starts_with('-');
    const auto size = saturated(negative ? number->substr(1) : *number);
    const Timestamp moment{std::chrono::microseconds{negative ? -size : size}};
    return moment >= begin && moment < end ? std::optional(moment) : std::nullopt;
}

} // namespace

std::optional<CursorToken> CursorToken::decode(std::string_view text, std::int64_t offset_cutoff) {
    const auto decoded = is_ascii(text) ? text::base64_decode(text) : std::nullopt;
    if (!decoded || !is_ascii(*decoded)) {
        return std::nullopt;
    }
    const auto fields = http::QueryDict::parse(*decoded, std::nullopt);
    if (!fields) {
        return std::nullopt;
    }
    CursorToken token;
    if (const auto moment = first_value(*fields, "u")) {
        token.unread_as_of = parse_moment(*moment);
        if (!token.unread_as_of) {
            return std::nullopt;
        }
        token.null_position = first_value(*fields, "n").has_value();
        token.from_other_side = first_value(*fields, "x").has_value();
        offset_cutoff = std::numeric_limits<std::int64_t>::max();
    }
    const auto offset =
        positive_integer(first_value(*fields, "o").value_or("0"), false, offset_cutoff);
    const auto reverse = text::parse_integer(first_value(*fields, "r").value_or("0"));
    if (!offset || !reverse) {
        return std::nullopt;
    }
    token.offset = saturated(*offset);
    token.reverse = *reverse != "0";
    if (const auto position = first_value(*fields, "p"); position && !token.null_position) {
        token.position = *position;
    }
    return token;
}

std::string CursorToken::encode() const {
    std::string fields;
    const auto add = [&](char name, std::string_view value) {
        fields += fields.empty() ? "" : "&";
        fields += name;
        fields += '=';
        fields += text::percent_encode_plus(value);
    };
    if (offset != 0) {
        add('o', std::to_string(offset));
    }
    if (reverse) {
        add('r', "1");
    }
    if (position) {
        add('p', *position);
    }
    if (null_position) {
        add('n', "1");
    }
    if (from_other_side) {
        add('x', "1");
    }
    if (unread_as_of) {
        add('u', std::to_string(unread_as_of->time_since_epoch().count()));
    }
    return text::base64_encode(fields);
}

} // namespace drf_messages::api
