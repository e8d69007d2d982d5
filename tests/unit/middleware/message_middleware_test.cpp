// SPDX-License-Identifier: MIT
#include "django/message_format.hpp"
#include "django/session_codec.hpp"
#include "unit/middleware/site_test.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>

namespace drf_messages::middleware {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* key = "annsession0000000001";

class MessageMiddlewareTest : public SiteTest {
protected:
    MessageMiddlewareTest() {
        site.settings.middleware = {
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware"};
    }

    void store_in(const std::string& name) {
        site.settings.message_storage = "django.contrib.messages.storage." + name;
    }
    void view(std::function<void(HttpRequest&)> look) {
        handle = [look = std::move(look)](HttpRequest& seen) {
            look(seen);
            return http::Response();
        };
    }
    http::Response get(const std::string& cookies) {
        return answer(request("GET", "/known/", {{"Cookie", cookies}}));
    }
    std::string waiting_cookie() const {
        const std::vector<DjangoMessage> messages{{20, "waiting", ""}};
        return "messages=" + django::encode_message_cookie(
                                 messages,
                                 true,
                                 site.settings.secret_key,
                                 std::chrono::floor<std::chrono::seconds>(given.now)
                             );
    }
    static std::string texts(messages::Storage& storage) {
        const messages::Reading reading = storage.read();
        storage.finish_reading(reading);
        std::string all;
        for (const DjangoMessage& message : reading.messages) {
            all += message.message + ";";
        }
        return all;
    }
    /// What the session has under "_messages", or "(absent)".
    std::string session_messages() {
        const auto rows =
            test::rows(given.connection(), "SELECT session_data FROM django_session", 1);
        const auto session = django::decode_session(rows.at(0), site.settings.secret_key);
        const auto* found = session.value().if_contains("_messages");
        return found ? std::string(std::string_view(found->as_string())) : "(absent)";
    }
    void some_session(const boost::json::object& content) {
        given.session(
            key,
            django::encode_session(
                content,
                site.settings.secret_key,
                std::chrono::floor<std::chrono::seconds>(given.now)
            ),
            given.now + std::chrono::hours(1)
        );
    }
};

TEST_F(MessageMiddlewareTest, SendsMessagesInACookieAndTakesThemBack) {
    store_in("cookie.CookieStorage");
    view([](HttpRequest& seen) { seen.message_storage->add(20, "hello").value(); });
    const auto sent = cookies(get(""));
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_THAT(sent[0], testing::EndsWith("; HttpOnly; Path=/; SameSite=Lax"));

    std::string seen_texts;
    view([&](HttpRequest& seen) { seen_texts = texts(*seen.message_storage); });
    EXPECT_THAT(
        cookies(get(sent[0].substr(0, sent[0].find(';')))),
        ElementsAre("messages=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; "
                    "SameSite=Lax")
    );
    EXPECT_EQ(seen_texts, "hello;");
}

TEST_F(MessageMiddlewareTest, LeavesMessagesOfTheCookieAloneWhenRowsAreShown) {
    site.settings.messages_delete_read = true;
    const UserId ann = given.user("ann");
    given.message(ann, "stored");
    for (const char* storage : {"cookie.CookieStorage", "fallback.FallbackStorage"}) {
        store_in(storage);
        view([&](HttpRequest& seen) {
            User user;
            user.id = ann;
            seen.set_user(user);
            EXPECT_EQ(seen.messages->fetch({}, true).size(), 1U);
        });
        EXPECT_THAT(cookies(get(waiting_cookie())), IsEmpty()) << storage;
    }
    EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM drf_messages_message"), 1);
}

TEST_F(MessageMiddlewareTest, KeepsMessagesInTheSession) {
    store_in("session.SessionStorage");
    some_session({{"x", 1}});
    view([](HttpRequest& seen) { seen.message_storage->add(25, "hello", {"tag"}).value(); });
    get(std::string("sessionid=") + key);
    EXPECT_EQ(session_messages(), R"([["__json_message", 0, 25, "hello", "tag"]])");

    view([](HttpRequest&) {});
    EXPECT_THAT(cookies(get(std::string("sessionid=") + key)), IsEmpty());
    EXPECT_EQ(session_messages(), R"([["__json_message", 0, 25, "hello", "tag"]])");

    std::string seen_texts;
    view([&](HttpRequest& seen) { seen_texts = texts(*seen.message_storage); });
    get(std::string("sessionid=") + key);
    EXPECT_EQ(seen_texts, "hello;");
    EXPECT_EQ(session_messages(), "(absent)");
}

TEST_F(MessageMiddlewareTest, LooksAtNoSessionForMessagesOfACookie) {
    store_in("fallback.FallbackStorage");
    some_session({{"x", 1}});
    view([](HttpRequest& seen) { EXPECT_TRUE(seen.message_storage->contains("waiting")); });
    const auto response = get(std::string("sessionid=") + key + "; " + waiting_cookie());
    EXPECT_EQ(header(response, "Vary"), "(absent)");
}

TEST_F(MessageMiddlewareTest, PutsInTheSessionWhatTheCookieHasNoRoomFor) {
    store_in("fallback.FallbackStorage");
    some_session({{"x", 1}});
    // What compresses badly: of two such texts the cookie has room for one.
    std::minstd_rand random;
    std::string noise;
    for (int i = 0; i < 2'000; ++i) {
        noise += static_cast<char>('a' + random() % 26);
    }
    view([&](HttpRequest& seen) {
        seen.message_storage->add(20, "first").value();
        seen.message_storage->add(20, noise).value();
        seen.message_storage->add(20, std::string(noise.rbegin(), noise.rend())).value();
    });
    const auto sent = cookies(get(std::string("sessionid=") + key));
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_NE(session_messages(), "(absent)");
    std::string seen_texts;
    view([&](HttpRequest& seen) { seen_texts = texts(*seen.message_storage); });
    const std::string cookie = sent[0].substr(0, sent[0].find(';'));
    ASSERT_THAT(cookie, StartsWith("messages="));
    get(std::string("sessionid=") + key + "; " + cookie);
    EXPECT_THAT(seen_texts, StartsWith("first;"));
    EXPECT_EQ(std::count(seen_texts.begin(), seen_texts.end(), ';'), 3);
    EXPECT_EQ(session_messages(), "(absent)");
}

TEST_F(MessageMiddlewareTest, SaysHowManyMessagesHadNoRoom) {
    store_in("cookie.CookieStorage");
    view([&](HttpRequest& seen) {
        for (int i = 0; i < 3'000; ++i) {
            seen.message_storage->add(20, "message " + std::to_string(i)).value();
        }
    });
    EXPECT_EQ(cookies(get("")).size(), 1U);
    ASSERT_EQ(log.size(), 1U);
    EXPECT_THAT(log[0], testing::MatchesRegex("There was no room for [0-9]+ messages"));
}

} // namespace
} // namespace drf_messages::middleware
