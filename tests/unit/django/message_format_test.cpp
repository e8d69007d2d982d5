// SPDX-License-Identifier: MIT
#include "django/message_format.hpp"
#include "django/python_json.hpp"
#include "django/signed_payload.hpp"
#include "django/signing.hpp"
#include "text/base64.hpp"
#include "vectors.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace drf_messages::django {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::array<std::string, 1> keys{"a secret key of the tests"};
constexpr std::chrono::sys_seconds now{std::chrono::seconds{1'700'000'000}};

/// Everything that a message carries, for comparing.
std::string all_of(const DjangoMessage& message) {
    return std::to_string(message.level) + "|" + message.message + "|" + message.extra_tags +
           (message.is_safe ? "|safe" : "");
}

std::vector<std::string> all_of(const std::vector<DjangoMessage>& messages) {
    std::vector<std::string> list;
    for (const DjangoMessage& message : messages) {
        list.push_back(all_of(message));
    }
    return list;
}

std::vector<DjangoMessage> messages_of(const boost::json::value& vector) {
    std::vector<DjangoMessage> messages;
    for (const auto& one : vector.at("messages").as_array()) {
        messages.push_back(
            {static_cast<Level>(one.at("level").as_int64()),
             text_of(one, "message"),
             text_of(one, "extra_tags"),
             "",
             one.at("is_safe").as_bool()}
        );
    }
    return messages;
}

MessageForms forms_of(const std::string& release) {
    Settings settings;
    settings.django_version = release;
    return message_forms(settings);
}

/// A cookie whose signature is right, whatever it signs.
std::string cookie_of(std::string_view payload) {
    return sign_timestamped(
        payload, "django.contrib.messages", "django.http.cookies" + keys[0], now
    );
}
std::string cookie_of_json(std::string_view json) {
    return cookie_of(text::base64url_encode(json));
}

TEST(MessageFormat, ReadsTheCookiesAndSessionsOfEveryDjango) {
    std::size_t seen = 0;
    for (const auto& vector : message_vectors().at("written").as_array()) {
        SCOPED_TRACE(text_of(vector, "django") + " " + text_of(vector, "name"));
        const auto expected = all_of(messages_of(vector));
        const auto found = decode_message_cookie(text_of(vector, "cookie"), keys);
        ASSERT_TRUE(found);
        EXPECT_EQ(all_of(found->messages), expected);
        EXPECT_EQ(found->complete, vector.at("complete").as_bool());
        if (vector.at("session").is_string()) {
            const auto kept = decode_session_messages(text_of(vector, "session"));
            ASSERT_TRUE(kept);
            EXPECT_EQ(all_of(*kept), expected);
        }
        ++seen;
    }
    EXPECT_EQ(seen, 120U);
}

TEST(MessageFormat, WritesTheBytesOfDjango) {
    std::size_t written = 0;
    for (const auto& vector : message_vectors().at("written").as_array()) {
        const std::string release = text_of(vector, "django");
        if (release < "3.2") {
            continue; // others write this
        }
        SCOPED_TRACE(release + " " + text_of(vector, "name"));
        const MessageForms forms = forms_of(release);
        const auto kept = decode_message_cookie(text_of(vector, "cookie"), keys, forms);
        ASSERT_TRUE(kept);
        EXPECT_EQ(
            encode_message_cookie(
                kept->messages, vector.at("complete").as_bool(), keys[0], now, forms
            ),
            text_of(vector, "cookie")
        );
        if (vector.at("session").is_string()) {
            EXPECT_EQ(encode_session_messages(kept->messages, forms), text_of(vector, "session"));
        }
        ++written;
    }
    EXPECT_EQ(written, 80U);
}

TEST(MessageFormat, WritesEmptyTagsAsTheReleaseDoes) {
    const std::vector<DjangoMessage> messages{{20, "hi", ""}};
    EXPECT_EQ(encode_session_messages(messages), R"([["__json_message", 0, 20, "hi"]])");
    EXPECT_EQ(
        encode_session_messages(messages, forms_of("4.1")),
        R"([["__json_message", 0, 20, "hi", ""]])"
    );
}

TEST(MessageFormat, ReadsOldCookiesAsLongAsTheReleaseDoes) {
    for (const auto& vector : message_vectors().at("written").as_array()) {
        const std::string release = text_of(vector, "django");
        SCOPED_TRACE(release + " " + text_of(vector, "name"));
        const auto reads = [&](const char* site) {
            return decode_message_cookie(text_of(vector, "cookie"), keys, forms_of(site))
                .has_value();
        };
        EXPECT_TRUE(reads("3.2"));
        EXPECT_EQ(reads("4.0"), release >= "3.1");
        EXPECT_EQ(reads("4.1"), release >= "3.2");
    }
}

TEST(MessageFormat, ReadsCookiesOfAnEarlierKey) {
    const std::vector<DjangoMessage> messages{{20, "hi", ""}};
    const std::string cookie = encode_message_cookie(messages, true, "the key of last year", now);
    EXPECT_FALSE(decode_message_cookie(cookie, keys));
    const std::array<std::string, 2> both{keys[0], "the key of last year"};
    const auto found = decode_message_cookie(cookie, both);
    ASSERT_TRUE(found);
    EXPECT_EQ(all_of(found->messages), all_of(messages));
}

TEST(MessageFormat, RefusesACookieThatSomebodyChanged) {
    const std::vector<DjangoMessage> messages{{20, "hi", ""}, {20, "ho", ""}};
    const std::string cookie = encode_message_cookie(messages, true, keys[0], now);
    ASSERT_TRUE(decode_message_cookie(cookie, keys));
    for (std::size_t i = 0; i < cookie.size(); ++i) {
        std::string changed = cookie;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(decode_message_cookie(changed, keys)) << changed;
        EXPECT_FALSE(decode_message_cookie(cookie.substr(0, i), keys));
    }
}

TEST(MessageFormat, LeavesOutWhatIsNoMessage) {
    const auto found = decode_message_cookie(
        cookie_of_json(R"([["__json_message",0,20,"good"], "text", 7, null, {"a": [1]}, [], [[]],
            ["__json_message"], ["__json_message",0,20], ["__json_message",0,null,"x"],
            ["__json_message",0,20,5], ["__json_message",0,20,"x","t","more"], ["other",0,20,"x"],
            "__messagesnotfinished__",
            ["__json_message",[],99999999999,"huge",null], ["__json_message","yes",-1e99,"\ud800"]])"
        ),
        keys
    );
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->complete);
    EXPECT_THAT(
        all_of(found->messages),
        ElementsAre(
            "20|good|", "2147483647|huge|", "-2147483648|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD||safe"
        )
    );
}

TEST(MessageFormat, RefusesWhatIsNoList) {
    for (const char* json :
         {"", "null", "{}", "7", "\"x\"", "[", R"(["__json_message",0,20,"no list of them"])"}) {
        EXPECT_FALSE(decode_message_cookie(cookie_of_json(json), keys)) << json;
        EXPECT_FALSE(decode_session_messages(json)) << json;
    }
    EXPECT_FALSE(decode_message_cookie("", keys));
    EXPECT_FALSE(decode_message_cookie("$", keys));
    EXPECT_FALSE(decode_message_cookie(cookie_of(".no zlib"), keys));
    EXPECT_THAT(decode_message_cookie(cookie_of_json("[]"), keys)->messages, IsEmpty());
}

TEST(MessageFormat, StandsDeepAndHugeContent) {
    const std::string deep(1'000'000, '[');
    EXPECT_FALSE(decode_message_cookie(cookie_of(encode_signed_bytes(deep)), keys));
    EXPECT_FALSE(decode_session_messages(deep));
    const std::string huge = "[\"" + std::string(10'000'000, 'a') + "\"]";
    EXPECT_FALSE(decode_message_cookie(cookie_of(encode_signed_bytes(huge)), keys));
}

} // namespace
} // namespace drf_messages::django
