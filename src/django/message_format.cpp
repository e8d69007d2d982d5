// SPDX-License-Identifier: MIT
#include "django/message_format.hpp"

#include "crypto/digest.hpp"
#include "django/python_json.hpp"
#include "django/signed_payload.hpp"
#include "django/signing.hpp"
#include "model/releases.hpp"
#include "text/json.hpp"
#include "text/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace drf_messages::django {
namespace {

constexpr std::string_view message_key = "__json_message";
constexpr std::string_view not_finished = "__messagesnotfinished__";
constexpr std::string_view salt = "django.contrib.messages";

/// The key of signing.get_cookie_signer.
std::string cookie_secret(std::string_view secret_key) {
    return "django.http.cookies" + std::string(secret_key);
}

/// Python's truth of a value.
bool is_true(const boost::json::value& value) {
    switch (value.kind()) {
    case boost::json::kind::null:
        return false;
    case boost::json::kind::bool_:
        return value.get_bool();
    case boost::json::kind::int64:
        return value.get_int64() != 0;
    case boost::json::kind::uint64:
        return value.get_uint64() != 0;
    case boost::json::kind::double_:
        return value.get_double() != 0;
    case boost::json::kind::string:
        return !value.get_string().empty();
    case boost::json::kind::array:
        return !value.get_array().empty();
    case boost::json::kind::object:
        return !value.get_object().empty();
    }
    return false;
}

/// A level in our range; beyond it, the largest or smallest. Absent for anything but a number.
std::optional<Level> level_of(const boost::json::value& value) {
    constexpr Level smallest = std::numeric_limits<Level>::min();
    constexpr Level largest = std::numeric_limits<Level>::max();
    if (value.is_bool()) {
        return value.get_bool() ? 1 : 0;
    }
    if (value.is_int64()) {
        return static_cast<Level>(std::clamp<std::int64_t>(value.get_int64(), smallest, largest));
    }
    if (value.is_uint64()) {
        return largest;
    }
    if (value.is_double() && std::isfinite(value.get_double())) {
        return static_cast<Level>(std::clamp<double>(value.get_double(), smallest, largest));
    }
    return std::nullopt;
}

/// Python's text may hold lone surrogates, which no page can show.
std::string utf8_of(const boost::json::value& value) {
    return text::utf8_or_replacement(std::string_view(value.get_string()));
}

/// ["__json_message", is_safedata, level, message, extra_tags]; the last may be missing or null.
std::optional<DjangoMessage> read_message(const boost::json::value& value) {
    const boost::json::array* const parts = value.if_array();
    if (parts == nullptr || parts->size() < 4 || parts->size() > 5 ||
        (*parts)[0] != boost::json::string_view(message_key) || !(*parts)[3].is_string()) {
        return std::nullopt;
    }
    const std::optional<Level> level = level_of((*parts)[2]);
    if (!level) {
        return std::nullopt;
    }
    DjangoMessage message{*level, utf8_of((*parts)[3]), {}};
    message.is_safe = is_true((*parts)[1]);
    message.has_extra_tags = parts->size() == 5 && (*parts)[4].is_string();
    if (message.has_extra_tags) {
        message.extra_tags = utf8_of((*parts)[4]);
    }
    return message;
}

bool is_text(const boost::json::value& value, std::string_view text) {
    return value.is_string() && std::string_view(value.get_string()) == text;
}

/// Absent for what is no list, and for a message instead of a list of them.
std::optional<CookieMessages> read_messages(const std::optional<boost::json::value>& value) {
    const boost::json::array* const list = value ? value->if_array() : nullptr;
    if (list == nullptr || (!list->empty() && is_text(list->front(), message_key))) {
        return std::nullopt;
    }
    CookieMessages found;
    found.complete = list->empty() || !is_text(list->back(), not_finished);
    for (const boost::json::value& item : *list) {
        if (std::optional<DjangoMessage> message = read_message(item)) {
            found.messages.push_back(*std::move(message));
        }
    }
    return found;
}

std::optional<CookieMessages> read_payload(std::string_view payload, const MessageForms& forms) {
    if (const Decompressed signed_bytes = decode_signed_bytes(payload);
        signed_bytes.outcome == Decompressed::Outcome::complete) {
        if (const auto json = parse_latin1_json(signed_bytes.bytes)) {
            return read_messages(json);
        }
    }
    return forms.reads_plain_json ? read_messages(parse_python_json(payload)) : std::nullopt;
}

/// Before Django 3.1: `hash$json`.
std::optional<CookieMessages>
read_hashed(std::string_view cookie, std::span<const std::string> secret_keys) {
    const std::size_t dollar = cookie.find('$');
    if (dollar == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view json = cookie.substr(dollar + 1);
    for (const std::string& key : secret_keys) {
        const std::string hash = crypto::hex(salted_hmac(salt, json, key, true));
        if (crypto::constant_time_equal(cookie.substr(0, dollar), hash)) {
            return read_messages(parse_python_json(json));
        }
    }
    return std::nullopt;
}

/// Without the brackets around.
/// - comma: what separates two items.
std::string list_items(
    std::span<const DjangoMessage> messages, std::string_view comma, const MessageForms& forms
) {
    std::string json;
    for (const DjangoMessage& message : messages) {
        if (!json.empty()) {
            json += comma;
        }
        json += '[';
        text::append_json_string(json, message_key, true);
        json.append(comma).append(message.is_safe ? "1" : "0");
        json.append(comma).append(std::to_string(message.level)).append(comma);
        text::append_json_string(json, message.message, true);
        if (forms.writes_empty_tags ? message.has_extra_tags : !message.extra_tags.empty()) {
            json.append(comma);
            text::append_json_string(json, message.extra_tags, true);
        }
        json += ']';
    }
    return json;
}

} // namespace

MessageForms message_forms(const Settings& settings) {
    const model::Differences differences = model::differences_of(settings);
    return {
        .legacy = legacy_formats(settings),
        .reads_plain_json = !differences.has(model::Difference::plain_message_cookies_gone),
        .writes_empty_tags = differences.has(model::Difference::empty_message_tags),
    };
}

std::optional<CookieMessages> decode_message_cookie(
    std::string_view cookie, std::span<const std::string> secret_keys, const MessageForms& forms
) {
    for (const std::string& key : secret_keys) {
        if (const std::optional<std::string> payload =
                unsign_timestamped(cookie, salt, cookie_secret(key), forms.legacy)) {
            return read_payload(*payload, forms);
        }
    }
    return forms.legacy == LegacyFormats::accepted ? read_hashed(cookie, secret_keys)
                                                   : std::nullopt;
}

std::string encode_message_cookie(
    std::span<const DjangoMessage> messages,
    bool complete,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    const MessageForms& forms
) {
    std::string json = "[" + list_items(messages, ",", forms);
    if (!complete) {
        json += json.size() > 1 ? "," : "";
        text::append_json_string(json, not_finished, true);
    }
    json += ']';
    return sign_timestamped(encode_signed_bytes(json), salt, cookie_secret(secret_key), now);
}

std::optional<std::vector<DjangoMessage>> decode_session_messages(std::string_view json) {
    std::optional<CookieMessages> found = read_messages(parse_python_json(json));
    if (!found) {
        return std::nullopt;
    }
    return std::move(found->messages);
}

std::string
encode_session_messages(std::span<const DjangoMessage> messages, const MessageForms& forms) {
    return "[" + list_items(messages, ", ", forms) + "]";
}

} // namespace drf_messages::django
