// SPDX-License-Identifier: MIT
#include "django/signed_payload.hpp"

#include "django/pickle.hpp"
#include "django/python_json.hpp"
#include "django/python_value.hpp"
#include "text/base64.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <stdexcept>

namespace drf_messages::django {
namespace {

// PickleSerializer.protocol: pickle.HIGHEST_PROTOCOL.
constexpr int pickle_protocol = 5;

} // namespace

std::optional<boost::json::value> parse_latin1_json(std::string_view json) {
    // Django reads the bytes as Latin-1; its own writer makes ASCII only.
    const bool ascii = std::all_of(json.begin(), json.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
    return ascii ? parse_python_json(json) : parse_python_json(text::latin1_to_utf8(json));
}

std::optional<boost::json::object>
deserialize_session(std::string_view bytes, SessionSerializer serializer) {
    auto value =
        serializer == SessionSerializer::pickle ? read_pickle(bytes) : parse_latin1_json(bytes);
    if (!value || !value->is_object()) {
        return std::nullopt;
    }
    return std::move(value->get_object());
}

Decompressed decode_signed_bytes(std::string_view payload) {
    const bool compressed = payload.starts_with('.');
    if (compressed) {
        payload.remove_prefix(1);
    }
    auto data = text::base64url_decode(payload);
    if (!data) {
        return {};
    }
    if (compressed) {
        return decompress(*data, session_inflated_limit_bytes, Compression::zlib);
    }
    return {Decompressed::Outcome::complete, *std::move(data)};
}

std::string encode_signed_bytes(std::string_view bytes) {
    const std::string compressed = compress(bytes, Compression::zlib);
    if (compressed.size() + 1 < bytes.size()) {
        return "." + text::base64url_encode(compressed);
    }
    return text::base64url_encode(bytes);
}

std::optional<boost::json::object>
decode_signed_payload(std::string_view payload, SessionSerializer serializer) {
    const Decompressed decoded = decode_signed_bytes(payload);
    switch (decoded.outcome) {
    case Decompressed::Outcome::complete:
        return deserialize_session(decoded.bytes, serializer);
    case Decompressed::Outcome::too_large:
        return too_large_to_read();
    case Decompressed::Outcome::broken:
        break;
    }
    return std::nullopt;
}

std::string
encode_signed_payload(const boost::json::object& session, SessionSerializer serializer) {
    if (session.contains(python_skipped)) {
        throw std::logic_error("a session from which something was skipped is not written");
    }
    return encode_signed_bytes(
        serializer == SessionSerializer::pickle ? write_pickle(session, pickle_protocol)
                                                : write_python_json(session)
    );
}

} // namespace drf_messages::django
