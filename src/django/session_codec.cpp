// SPDX-License-Identifier: MIT
#include "django/session_codec.hpp"

#include "crypto/digest.hpp"
#include "django/python_json.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"
#include "text/utf8.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace drf_messages::django {
namespace {

constexpr std::string_view legacy_salt = "django.contrib.sessionsSessionStore";

// Python's zlib.decompress: bytes after the end of the stream are ignored.
std::optional<std::string> inflate_limited(std::string_view compressed) {
    z_stream stream{};
    if (compressed.size() > session_inflated_limit_bytes || inflateInit(&stream) != Z_OK)
        return std::nullopt;
    // zlib's interface predates const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string out;
    std::array<char, 16 * 1024> chunk;
    int status = Z_OK;
    while (status == Z_OK && out.size() <= session_inflated_limit_bytes) {
        stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream.avail_out = static_cast<uInt>(chunk.size());
        status = inflate(&stream, Z_NO_FLUSH);
        out.append(chunk.data(), chunk.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END || out.size() > session_inflated_limit_bytes)
        return std::nullopt;
    return out;
}

// Absent when compressing saves nothing: django/core/signing.py, sign_object.
std::optional<std::string> deflate_if_smaller(std::string_view data) {
    uLongf size = compressBound(static_cast<uLong>(data.size()));
    std::string out(size, '\0');
    if (compress(
            reinterpret_cast<Bytef*>(out.data()),
            &size,
            reinterpret_cast<const Bytef*>(data.data()),
            static_cast<uLong>(data.size())
        ) != Z_OK ||
        size + 1 >= data.size())
        return std::nullopt;
    out.resize(size);
    return out;
}

std::optional<boost::json::object> object_of(std::string_view json) {
    // Django reads the bytes as Latin-1; its own writer makes ASCII only.
    const bool ascii = std::all_of(json.begin(), json.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
    auto value = ascii ? parse_python_json(json) : parse_python_json(text::latin1_to_utf8(json));
    if (!value || !value->is_object())
        return std::nullopt;
    return std::move(value->get_object());
}

std::optional<boost::json::object> decode_payload(std::string_view payload) {
    const bool compressed = payload.starts_with('.');
    if (compressed)
        payload.remove_prefix(1);
    auto data = text::base64url_decode(payload);
    if (data && compressed)
        data = inflate_limited(*data);
    if (!data)
        return std::nullopt;
    return object_of(*data);
}

// Django before 3.1: SessionBase._legacy_decode.
std::optional<boost::json::object>
decode_legacy(std::string_view session_data, std::string_view secret_key) {
    const auto decoded = text::base64_decode(session_data);
    if (!decoded)
        return std::nullopt;
    const std::string_view whole = *decoded;
    const auto colon = whole.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto json = whole.substr(colon + 1);
    const auto expected = crypto::hex(salted_hmac(legacy_salt, json, secret_key, true));
    if (!crypto::constant_time_equal(whole.substr(0, colon), expected))
        return std::nullopt;
    return object_of(json);
}

} // namespace
} // namespace drf_messages::django

std::optional<boost::json::object> drf_messages::django::decode_session(
    std::string_view session_data, std::string_view secret_key, std::string_view salt
) {
    const auto payload = unsign_timestamped(session_data, salt, secret_key);
    return payload ? decode_payload(*payload) : decode_legacy(session_data, secret_key);
}

std::string drf_messages::django::encode_session(
    const boost::json::object& session,
    std::string_view secret_key,
    std::chrono::sys_seconds now,
    std::string_view salt
) {
    const std::string json = write_python_json(session);
    const auto compressed = deflate_if_smaller(json);
    const std::string payload =
        compressed ? "." + text::base64url_encode(*compressed) : text::base64url_encode(json);
    return sign_timestamped(payload, salt, secret_key, now);
}
