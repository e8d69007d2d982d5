// SPDX-License-Identifier: MIT
#include "api/pagination/cursor_token.hpp"

#include "api/pagination/parts.hpp"
#include "crypto/digest.hpp"
#include "django/signing.hpp"
#include "http/query_dict.hpp"
#include "text/base64.hpp"
#include "text/percent.hpp"
#include "text/python_text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <utility>
#include <variant>

namespace drf_messages::api {
namespace {

/// The last field of a token of ours.
constexpr std::string_view signature_field = "&s=";

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

/// What a token of ours is signed with, beside its fields: in another order it names no place.
std::string
signature(std::string_view fields, std::span<const OrderBy> order, std::string_view secret_key) {
    std::string signed_text;
    for (const OrderBy& by : order) {
        signed_text += by.descending ? '-' : '+';
        signed_text += std::to_string(static_cast<int>(by.field));
    }
    signed_text += '?';
    signed_text += fields;
    return text::base64url_encode(
        django::salted_hmac("drf_messages.api.CursorTokens", signed_text, secret_key)
    );
}

std::string written(const FieldValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return "i" + std::to_string(*number);
    }
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? "t" + *text : "n";
}

std::int64_t number_in(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

FieldValue read_value(std::string_view written) {
    switch (written.empty() ? 'n' : written.front()) {
    case 'i':
        return number_in(written.substr(1));
    case 't':
        return std::string(written.substr(1));
    default:
        return {};
    }
}

/// The fields of a token that encode() has written; nobody else's come here.
CursorToken read_fields(std::string_view fields) {
    CursorToken token;
    while (!fields.empty()) {
        const auto end = std::min(fields.find('&'), fields.size());
        const char name = fields.front();
        // Not as UTF-8: SQLite's texts may hold any bytes.
        const auto value =
            text::percent_decode(fields.substr(0, end).substr(std::min<std::size_t>(2, end)), true);
        fields.remove_prefix(std::min(end + 1, fields.size()));
        switch (name) {
        case 'r':
            token.reverse = true;
            break;
        case 'u':
            token.unread_as_of = Timestamp(std::chrono::microseconds(number_in(value)));
            break;
        default:
            token.behind.push_back(read_value(value));
            break;
        }
    }
    return token;
}

} // namespace

CursorTokens::CursorTokens(std::int64_t offset_cutoff, std::vector<std::string> secret_keys)
    : offset_cutoff_(offset_cutoff), secret_keys_(std::move(secret_keys)) {}

std::optional<CursorToken>
CursorTokens::decode(std::string_view text, std::span<const OrderBy> order) const {
    const auto decoded = is_ascii(text) ? text::base64_decode(text) : std::nullopt;
    if (!decoded || !is_ascii(*decoded)) {
        return std::nullopt;
    }
    const auto fields = http::QueryDict::parse(*decoded, std::nullopt);
    if (!fields) {
        return std::nullopt;
    }
    if (fields->contains("k") || fields->contains("u")) {
        const std::string_view all = *decoded;
        const auto end = all.rfind(signature_field);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const auto own = all.substr(0, end);
        const auto found = all.substr(end + signature_field.size());
        const bool is_ours =
            std::any_of(secret_keys_.begin(), secret_keys_.end(), [&](const std::string& key) {
                return crypto::constant_time_equal(signature(own, order, key), found);
            });
        return is_ours ? std::optional(read_fields(own)) : std::nullopt;
    }
    const auto offset =
        positive_integer(first_value(*fields, "o").value_or("0"), false, offset_cutoff_);
    const auto reverse = text::parse_integer(first_value(*fields, "r").value_or("0"));
    if (!offset || !reverse) {
        return std::nullopt;
    }
    CursorToken token;
    token.offset = saturated(*offset);
    token.reverse = *reverse != "0";
    if (const auto position = first_value(*fields, "p")) {
        token.position = *position;
    }
    return token;
}

std::string CursorTokens::encode(const CursorToken& token, std::span<const OrderBy> order) const {
    std::string fields;
    const auto add = [&](char name, std::string_view value) {
        fields += fields.empty() ? "" : "&";
        fields += name;
        fields += '=';
        fields += text::percent_encode_plus(value);
    };
    if (token.offset != 0) {
        add('o', std::to_string(token.offset));
    }
    if (token.reverse) {
        add('r', "1");
    }
    if (token.position) {
        add('p', *token.position);
    }
    if (token.unread_as_of) {
        add('u', std::to_string(token.unread_as_of->time_since_epoch().count()));
    }
    for (const FieldValue& value : token.behind) {
        add('k', written(value));
    }
    if (token.is_ours()) {
        const auto signed_by = signature(fields, order, secret_keys_.front());
        fields += signature_field;
        fields += signed_by;
    }
    return text::base64_encode(fields);
}

} // namespace drf_messages::api
