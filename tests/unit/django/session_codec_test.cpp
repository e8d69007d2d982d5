// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/python_json.hpp"
#include "django/session_codec.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;

const boost::json::value db_engine = "django.contrib.sessions.backends.db";

const boost::json::value& setting(const boost::json::value& vector, std::string_view name) {
    static const boost::json::value absent;
    const auto* const found = vector.at("settings").as_object().if_contains(name);
    return found ? *found : absent;
}

bool is_json_of_db_engine(const boost::json::value& vector) {
    return setting(vector, "SESSION_ENGINE") == db_engine &&
           setting(vector, "SESSION_SERIALIZER").is_null();
}

std::chrono::sys_seconds signed_at() {
    return std::chrono::sys_seconds{
        std::chrono::seconds{session_vectors().at("signed_at_unix").to_number<std::int64_t>()}};
}

// What an engine that signs stored: a row, a file, or django-redis-sessions' value.
std::optional<std::string>
signed_data(const boost::json::value& stored, const boost::json::value& engine) {
    const auto& entry = stored.as_object();
    if (entry.contains("session_data"))
        return text_of(stored, "session_data");
    if (entry.contains("value"))
        return text_of(stored, "value");
    if (engine == boost::json::value("redis_sessions.session"))
        return text::base64_decode(text_of(stored, "value_base64"));
    return std::nullopt;
}

std::string signed_payload(std::string_view json) {
    return sign_timestamped(
        text::base64url_encode(json), session_store_salt, "key", std::chrono::sys_seconds{}
    );
}

} // namespace

TEST(SessionCodec, ReadsWhatDjangoWroteAndWritesTheSameBytes) {
    int written = 0;
    int legacy = 0;
    for (const auto& vector : session_vectors().at("written").as_array()) {
        if (!is_json_of_db_engine(vector))
            continue;
        SCOPED_TRACE(text_of(vector, "name"));
        const auto data = text_of(vector.at("stored").as_array().at(0), "session_data");
        const auto key = text_of(vector.at("settings"), "SECRET_KEY");
        const auto session = decode_session(data, key);
        ASSERT_TRUE(session);
        EXPECT_EQ(*session, vector.at("decoded").as_object());
        if (setting(vector, "DEFAULT_HASHING_ALGORITHM") == boost::json::value("sha1")) {
            ++legacy;
            continue;
        }
        EXPECT_EQ(encode_session(*session, key, signed_at()), data);
        ++written;
    }
    EXPECT_EQ(written, 5);
    EXPECT_EQ(legacy, 5);
}

TEST(SessionCodec, ReadsEveryRecordedRowAsTheRealSiteOrAsNone) {
    int read = 0;
    for (const auto& vector : session_vectors().at("read").as_array()) {
        if (!is_json_of_db_engine(vector))
            continue;
        const auto name = text_of(vector, "name");
        // Which row is read, and whether it has expired, is the store's to say.
        if (name == "db/expired-row" || name == "db/other-key")
            continue;
        SCOPED_TRACE(name);
        ++read;
        const auto data = text_of(vector.at("rows").as_array().at(0), "session_data");
        const auto session = decode_session(data, text_of(vector.at("settings"), "SECRET_KEY"));
        const auto& result = vector.at("result").as_object();
        const auto* const decoded = result.if_contains("decoded");
        const bool has_json_text = result.contains("decoded_json_text");
        if (vector.as_object().contains("must_limit")) {
            EXPECT_TRUE(is_too_large_to_read(session.value()));
        } else if (result.contains("error")) {
            EXPECT_FALSE(session);
        } else if (has_json_text) {
            ASSERT_TRUE(session);
            const auto expected =
                parse_python_json(text_of(vector.at("result"), "decoded_json_text"));
            EXPECT_EQ(write_python_json(*session), write_python_json(expected->as_object()));
        } else if (!decoded->is_object() || (decoded->as_object().empty() && !session)) {
            EXPECT_FALSE(session);
        } else {
            ASSERT_TRUE(session);
            EXPECT_EQ(*session, decoded->as_object());
        }
    }
    EXPECT_GE(read, 45);
}

TEST(SessionCodec, ReadsAndWritesEveryEngineThatSigns) {
    int written = 0;
    for (const auto& vector : session_vectors().at("written").as_array()) {
        SCOPED_TRACE(text_of(vector, "name"));
        const auto* const name = setting(vector, "SESSION_SERIALIZER").if_string();
        const auto serializer =
            name ? session_serializer(std::string(*name)) : SessionSerializer::json;
        for (const auto& stored : vector.at("stored").as_array()) {
            const auto data = signed_data(stored, setting(vector, "SESSION_ENGINE"));
            if (!data)
                continue;
            const auto key = text_of(vector.at("settings"), "SECRET_KEY");
            const auto session = decode_session(*data, key, session_store_salt, serializer);
            ASSERT_TRUE(session);
            EXPECT_EQ(*session, vector.at("decoded").as_object());
            if (setting(vector, "DEFAULT_HASHING_ALGORITHM") != boost::json::value("sha1")) {
                EXPECT_EQ(
                    encode_session(*session, key, signed_at(), session_store_salt, serializer),
                    *data
                );
            }
            ++written;
        }
    }
    EXPECT_EQ(written, 45);
}

TEST(SessionCodec, ReadsEveryRecordedValueOfRedisSessionsAndFiles) {
    int read = 0;
    for (const auto& vector : session_vectors().at("read").as_array()) {
        const auto name = text_of(vector, "name");
        // Which file is read, and whether it has expired, is the engine's to say.
        if (name == "file/expired-by-mtime" || name == "file/traversal-key" ||
            name == "file/uppercase-key")
            continue;
        const auto* const stored = vector.as_object().if_contains("stored");
        if (!stored || stored->as_array().empty())
            continue;
        const auto data = signed_data(stored->as_array().at(0), setting(vector, "SESSION_ENGINE"));
        if (!data)
            continue;
        SCOPED_TRACE(name);
        ++read;
        const auto session = decode_session(*data, text_of(vector.at("settings"), "SECRET_KEY"));
        const auto* const decoded = vector.at("result").as_object().if_contains("decoded");
        if (vector.as_object().contains("must_limit"))
            EXPECT_TRUE(is_too_large_to_read(session.value()));
        else if (!decoded)
            EXPECT_FALSE(session);
        else
            EXPECT_EQ(session.value_or(boost::json::object()), decoded->as_object());
    }
    EXPECT_GE(read, 15);
}

TEST(SessionCodec, ReadsNothingOfDjango30ForNewerReleases) {
    int read = 0;
    for (const auto& vector : session_vectors().at("written").as_array()) {
        if (setting(vector, "DEFAULT_HASHING_ALGORITHM") != boost::json::value("sha1"))
            continue;
        const auto data =
            signed_data(vector.at("stored").as_array().at(0), setting(vector, "SESSION_ENGINE"));
        const auto key = text_of(vector.at("settings"), "SECRET_KEY");
        const auto decoded = [&](LegacyFormats legacy) {
            return decode_session(
                data.value(), key, session_store_salt, SessionSerializer::json, legacy
            );
        };
        SCOPED_TRACE(text_of(vector, "name"));
        EXPECT_TRUE(decoded(LegacyFormats::accepted));
        EXPECT_FALSE(decoded(LegacyFormats::refused));
        ++read;
    }
    EXPECT_EQ(read, 5);
}

TEST(SessionSerializer, IsKnownByItsNames) {
    EXPECT_EQ(
        session_serializer("django.contrib.sessions.serializers.JSONSerializer"),
        SessionSerializer::json
    );
    EXPECT_EQ(
        session_serializer("django.contrib.sessions.serializers.PickleSerializer"),
        SessionSerializer::pickle
    );
    EXPECT_THROW(session_serializer("site.Serializer"), std::invalid_argument);
}

TEST(SessionCodec, AcceptsAnEmptySessionThatIsWellSigned) {
    const auto session = decode_session(signed_payload("{}"), "key");
    ASSERT_TRUE(session);
    EXPECT_TRUE(session->empty());
}

TEST(SessionCodec, RefusesWellSignedPayloadsThatAreNoObject) {
    for (const std::string_view json : {"[1]", "null", "7", "\"x\"", "", "{", "\xFF"})
        EXPECT_FALSE(decode_session(signed_payload(json), "key")) << json;
}

TEST(SessionCodec, InflatesUpToItsLimitAndNoFurther) {
    const auto encoded = [](std::size_t size) {
        boost::json::object session;
        session["a"] = std::string(size, 'x');
        return encode_session(session, "key", std::chrono::sys_seconds{});
    };
    const std::size_t frame = std::string_view(R"({"a":""})").size();
    const std::string largest = encoded(session_inflated_limit_bytes - frame);
    ASSERT_EQ(largest.front(), '.');
    EXPECT_TRUE(decode_session(largest, "key").value().contains("a"));
    const auto larger = decode_session(encoded(session_inflated_limit_bytes - frame + 1), "key");
    EXPECT_TRUE(is_too_large_to_read(larger.value()));
    EXPECT_EQ(skipped_classes(*larger), "more than 4 MB");
    EXPECT_THROW(encode_session(*larger, "key", std::chrono::sys_seconds{}), std::logic_error);
}

TEST(SessionCodec, KeepsSessionsOfOtherSaltsApart) {
    boost::json::object session;
    session["a"] = 1;
    const auto data = encode_session(session, "key", std::chrono::sys_seconds{}, "other");
    EXPECT_FALSE(decode_session(data, "key"));
    EXPECT_EQ(decode_session(data, "key", "other"), session);
}
