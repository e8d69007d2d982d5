// SPDX-License-Identifier: MIT
#include "django/pickle.hpp"
#include "django/signed_session.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <stdexcept>
#include <string>

namespace {

using namespace drf_messages;
using namespace drf_messages::django;
using std::chrono::microseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr sys_seconds signed_at{seconds{1'700'000'000}};

const boost::json::value engine = "django.contrib.sessions.backends.signed_cookies";

std::int64_t number_setting(const boost::json::value& vector, std::string_view name) {
    return vector.at("settings").at(name).to_number<std::int64_t>();
}

SessionSerializer serializer_of(const boost::json::value& vector) {
    const auto* const name = vector.at("settings").as_object().if_contains("SESSION_SERIALIZER");
    return name ? session_serializer(std::string(name->as_string())) : SessionSerializer::json;
}

std::array<std::string, 1> key_of(const boost::json::value& vector) {
    return {text_of(vector.at("settings"), "SECRET_KEY")};
}

bool loads(std::string_view cookie, std::chrono::seconds max_age, Timestamp now) {
    const std::array<std::string, 1> keys{"key"};
    return load_signed_session(cookie, keys, max_age, now).has_value();
}

} // namespace

TEST(SignedSession, IsReadAndWrittenAsTheRealSiteWroteIt) {
    int written = 0;
    for (const auto& vector : session_vectors().at("written").as_array()) {
        if (vector.at("settings").at("SESSION_ENGINE") != engine)
            continue;
        SCOPED_TRACE(text_of(vector, "name"));
        const auto time =
            sys_seconds{seconds{session_vectors().at("signed_at_unix").to_number<std::int64_t>()}};
        const auto keys = key_of(vector);
        const auto cookie = text_of(vector, "cookie_value");
        const auto serializer = serializer_of(vector);
        const auto session =
            load_signed_session(cookie, keys, std::chrono::hours(1), time, serializer);
        ASSERT_TRUE(session);
        EXPECT_EQ(*session, vector.at("decoded").as_object());
        EXPECT_EQ(dump_signed_session(*session, keys[0], time, serializer), cookie);
        ++written;
    }
    EXPECT_EQ(written, 10);
}

TEST(SignedSession, IsReadAsTheRealSiteReadItOrRefused) {
    int read = 0;
    for (const auto& vector : session_vectors().at("read").as_array()) {
        if (vector.at("settings").at("SESSION_ENGINE") != engine)
            continue;
        SCOPED_TRACE(text_of(vector, "name"));
        ++read;
        const Timestamp now{seconds{vector.at("read_at_unix").to_number<std::int64_t>()}};
        const auto session = load_signed_session(
            text_of(vector, "session_key"),
            key_of(vector),
            seconds{number_setting(vector, "SESSION_COOKIE_AGE")},
            now,
            serializer_of(vector)
        );
        const auto* const decoded = vector.at("result").as_object().if_contains("decoded");
        if (vector.as_object().contains("must_limit"))
            EXPECT_TRUE(is_too_large_to_read(session.value()));
        else if (!decoded->is_object())
            EXPECT_FALSE(session);
        else
            EXPECT_EQ(session.value_or(boost::json::object()), decoded->as_object());
    }
    EXPECT_GE(read, 15);
}

TEST(SignedSession, IsTooOldFromTheFirstMicrosecondOn) {
    const auto cookie = dump_signed_session({}, "key", signed_at);
    const seconds age{60};
    EXPECT_TRUE(loads(cookie, age, signed_at + age));
    EXPECT_FALSE(loads(cookie, age, signed_at + age + microseconds(1)));
    EXPECT_TRUE(loads(cookie, age, signed_at - std::chrono::years(10)));
    EXPECT_TRUE(loads(cookie, seconds(0), signed_at));
    EXPECT_FALSE(loads(cookie, seconds(-1), signed_at));
}

TEST(SignedSession, IsNeverTooOldForABoundlessAge) {
    const auto cookie = dump_signed_session({}, "key", signed_at);
    EXPECT_TRUE(loads(cookie, seconds::max(), signed_at + std::chrono::years(100)));
    EXPECT_FALSE(loads(cookie, seconds::min(), signed_at));
}

TEST(SignedSession, MayBeSignedByAnyOfTheKeys) {
    const auto cookie = dump_signed_session({{"a", 1}}, "old", signed_at);
    const std::array<std::string, 2> rotated{"new", "old"};
    const std::array<std::string, 1> forgotten{"new"};
    EXPECT_TRUE(load_signed_session(cookie, rotated, seconds(60), signed_at));
    EXPECT_FALSE(load_signed_session(cookie, forgotten, seconds(60), signed_at));
    EXPECT_FALSE(load_signed_session(cookie, {}, seconds(60), signed_at));
}

TEST(SignedSession, IsNoRowOfTheDatabase) {
    const auto row = encode_session({}, "key", signed_at);
    EXPECT_FALSE(loads(row, seconds(60), signed_at));
    EXPECT_FALSE(decode_session(dump_signed_session({}, "key", signed_at), "key"));
}

TEST(SignedSession, NeverUnpicklesMoreThanPlainData) {
    const std::array<std::string, 1> keys{"key"};
    for (const auto& vector : session_vectors().at("must_refuse").as_array()) {
        const auto payload = text::base64url_encode(stored_bytes(vector));
        const auto cookie = sign_timestamped(payload, signed_cookies_salt, "key", signed_at);
        const auto loaded =
            load_signed_session(cookie, keys, seconds(60), signed_at, SessionSerializer::pickle);
        const auto row = sign_timestamped(payload, session_store_salt, "key", signed_at);
        const auto decoded =
            decode_session(row, "key", session_store_salt, SessionSerializer::pickle);
        const auto name = text_of(vector, "name");
        if (name == "pickle/inside-dict" || name == "pickle/as-key") {
            // A dict around a call, which is not made; so the dict is not written either.
            ASSERT_TRUE(loaded && decoded) << name;
            EXPECT_EQ(skipped_classes(*loaded), "posix.system");
            EXPECT_THROW(dump_signed_session(*loaded, "key", signed_at), std::logic_error);
            EXPECT_THROW(encode_session(*decoded, "key", signed_at), std::logic_error);
            continue;
        }
        EXPECT_FALSE(loaded) << name;
        EXPECT_FALSE(decoded) << name;
    }
}
