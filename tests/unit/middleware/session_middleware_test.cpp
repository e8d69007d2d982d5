// SPDX-License-Identifier: MIT
#include "django/session_codec.hpp"
#include "support/foreign_session.hpp"
#include "support/logged_in.hpp"
#include "unit/middleware/site_test.hpp"

#include <boost/json/value.hpp>
#include <gmock/gmock.h>

namespace drf_messages::middleware {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr const char* key = "annsession0000000001";
constexpr const char* deleted =
    "sessionid=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax";

class SessionMiddlewareTest : public SiteTest {
protected:
    SessionMiddlewareTest() {
        site.settings.middleware = {"django.contrib.sessions.middleware.SessionMiddleware"};
    }

    void stored(const boost::json::object& content) {
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

    http::Response with_session(std::string cookie = key) {
        return answer(request("GET", "/known/", {{"Cookie", "sessionid=" + std::move(cookie)}}));
    }

    void view(std::function<void(accounts::Session&)> look, int status = 200) {
        handle = [look = std::move(look), status](HttpRequest& seen) {
            look(*seen.session);
            http::Response response;
            response.status = status;
            return response;
        };
    }

    std::string expire_date() {
        return test::rows(given.connection(), "SELECT expire_date FROM django_session", 1).at(0);
    }
};

TEST_F(SessionMiddlewareTest, VariesByCookieOnlyWhenTheSessionWasLookedAt) {
    stored({{"x", 1}});
    EXPECT_EQ(header(with_session(), "Vary"), "(absent)");
    view([](accounts::Session& session) { session.find("x"); });
    const http::Response response = with_session();
    EXPECT_EQ(header(response, "Vary"), "Cookie");
    EXPECT_THAT(cookies(response), IsEmpty());
}

TEST_F(SessionMiddlewareTest, DeletesTheCookieOfASessionThatIsNoMore) {
    view([](accounts::Session& session) { session.find("x"); });
    const http::Response response = with_session();
    EXPECT_THAT(cookies(response), ElementsAre(deleted));
    EXPECT_EQ(header(response, "Vary"), "Cookie");
}

TEST_F(SessionMiddlewareTest, DeletesTheCookieOfAnImpossibleKeyWithoutLooking) {
    EXPECT_THAT(cookies(with_session("abc")), ElementsAre(deleted));
    EXPECT_THAT(cookies(with_session("")), ElementsAre(deleted));
    EXPECT_THAT(cookies(with_session("nobodyknowsthis")), IsEmpty());
    EXPECT_THAT(cookies(answer(request("GET", "/known/"))), IsEmpty());
}

TEST_F(SessionMiddlewareTest, SavesWhatChangedAndSendsTheCookieAgain) {
    stored({{"x", 1}});
    view([](accounts::Session& session) { session.set("x", 2); });
    EXPECT_THAT(
        cookies(with_session()),
        ElementsAre(
            "sessionid=annsession0000000001; expires=Mon, 15 Jan 2024 10:00:00 GMT; HttpOnly; "
            "Max-Age=1209600; Path=/; SameSite=Lax"
        )
    );
    EXPECT_THAT(expire_date(), StartsWith("2024-01-15 10:00:00"));
    view([](accounts::Session& session) { EXPECT_EQ(*session.find("x"), boost::json::value(2)); });
    with_session();
}

TEST_F(SessionMiddlewareTest, GivesANewSessionAKey) {
    view([](accounts::Session& session) { session.set("x", 1); });
    site.settings.session_cookie_domain = "testserver";
    site.settings.session_cookie_path = "/app";
    site.settings.session_cookie_secure = true;
    site.settings.session_cookie_httponly = false;
    site.settings.session_cookie_samesite = "None";
    site.settings.session_expire_at_browser_close = true;
    EXPECT_THAT(
        cookies(answer(request("GET", "/known/"))),
        ElementsAre(
            MatchesRegex("sessionid=[a-z0-9]+; Domain=testserver; Path=/app; SameSite=None; Secure")
        )
    );
}

TEST_F(SessionMiddlewareTest, SavesEveryRequestWhenAskedTo) {
    site.settings.session_save_every_request = true;
    EXPECT_THAT(cookies(answer(request("GET", "/known/"))), IsEmpty());
    stored({{"x", 1}});
    EXPECT_THAT(
        cookies(with_session()), ElementsAre(StartsWith("sessionid=annsession0000000001;"))
    );
}

TEST_F(SessionMiddlewareTest, SavesNothingThatLedToAnError) {
    stored({{"x", 1}});
    view([](accounts::Session& session) { session.set("x", 2); }, 500);
    EXPECT_THAT(cookies(with_session()), IsEmpty());
    view([](accounts::Session& session) { EXPECT_EQ(*session.find("x"), boost::json::value(1)); });
    with_session();
}

TEST_F(SessionMiddlewareTest, AnswersBadRequestWhenTheSessionWasDeletedMeanwhile) {
    stored({{"x", 1}});
    view([this](accounts::Session& session) {
        session.set("x", 2);
        test::run(given.connection(), "DELETE FROM django_session");
    });
    EXPECT_EQ(with_session().status, 400);
}

TEST_F(SessionMiddlewareTest, LeavesASessionThatIsTooLargeToBeReadAsItIs) {
    site.settings.session_save_every_request = true;
    stored(
        {{"_auth_user_id", "1"}, {"large", std::string(django::session_inflated_limit_bytes, 'x')}}
    );
    const auto rows = [this] {
        return test::rows(given.connection(), "SELECT session_data FROM django_session", 1);
    };
    const auto before = rows();
    const std::string ends = expire_date();
    view([](accounts::Session& session) {
        EXPECT_EQ(session.find("_auth_user_id"), nullptr);
        session.set("x", 1);
    });
    const http::Response response = with_session();
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(cookies(response), IsEmpty());
    EXPECT_EQ(rows(), before);
    EXPECT_EQ(expire_date(), ends);
    EXPECT_THAT(
        log,
        ElementsAre(
            "sessions hold more than 4 MB, which is not read here: their users are not known, and "
            "nothing is stored in them",
            "x is not stored: the session holds more than 4 MB, which writing it would lose"
        )
    );
}

/// A session that holds a Decimal too, pickled and signed by Django.
class ForeignSessionTest : public SessionMiddlewareTest {
protected:
    ForeignSessionTest() {
        site.settings.session_serializer = test::pickle_serializer;
        site.session_engine = accounts::make_session_engine(site.settings, given.clock());
        text = test::signed_foreign_session(
            {{"x", "1"}, {"_messages", waiting}}, site.settings.secret_key, given.now
        );
        given.session(key, text, given.now + std::chrono::hours(1));
    }

    std::string stored_text() {
        return test::rows(given.connection(), "SELECT session_data FROM django_session", 1).at(0);
    }

    const std::string waiting = R"([["__json_message", 0, 25, "waiting", ""]])";
    const std::string why = "the session holds decimal.Decimal, which writing it would lose";
    const std::string found = "sessions hold decimal.Decimal, which is not built here: their users "
                              "are known, and nothing is stored in them";
    std::string text;
};

TEST_F(ForeignSessionTest, StaysTheVisitorsAndIsToldToTheLogOnce) {
    Pipeline pipeline(
        site,
        View{
            [](std::string_view) { return true; },
            [](HttpRequest& seen) {
                EXPECT_EQ(seen.session->find_text("x"), "1");
                return http::Response();
            }}
    );
    for (int turn = 0; turn < 2; ++turn) {
        const auto response =
            pipeline(request("GET", "/known/", {{"Cookie", std::string("sessionid=") + key}}));
        EXPECT_EQ(response.status, 200);
        EXPECT_THAT(cookies(response), IsEmpty());
    }
    EXPECT_THAT(log, ElementsAre(found));
    EXPECT_EQ(stored_text(), text);
}

TEST_F(ForeignSessionTest, HasItsEndMovedWhereEveryRequestDoesThat) {
    site.settings.session_save_every_request = true;
    view([](accounts::Session& session) { session.find("x"); });
    EXPECT_THAT(
        cookies(with_session()), ElementsAre(StartsWith("sessionid=annsession0000000001;"))
    );
    EXPECT_EQ(stored_text(), text);
    EXPECT_THAT(expire_date(), StartsWith("2024-01-15 10:00:00"));
}

TEST_F(ForeignSessionTest, SaysWhatIsNotStoredInIt) {
    view([](accounts::Session& session) { session.set_text("x", "2"); });
    EXPECT_THAT(cookies(with_session()), IsEmpty());
    EXPECT_THAT(log, ElementsAre(found, "x is not stored: " + why));
    EXPECT_EQ(stored_text(), text);
}

TEST_F(ForeignSessionTest, KeepsItsMessagesAndSaysWhichNewOnesAreLost) {
    site.settings.middleware = Settings().middleware;
    for (const char* storage : {"session.SessionStorage", "fallback.FallbackStorage"}) {
        site.settings.message_storage = "django.contrib.messages.storage." + std::string(storage);
        const bool in_cookie_first = storage[0] == 'f';
        log.clear();
        handle = [&](HttpRequest& seen) {
            // FallbackStorage looks into the session only when there is a cookie, as in Django.
            EXPECT_EQ(seen.message_storage->contains("waiting"), !in_cookie_first);
            seen.message_storage->finish_reading(seen.message_storage->read());
            seen.message_storage->add(20, "new").value();
            return http::Response();
        };
        EXPECT_EQ(cookies(with_session()).size(), in_cookie_first ? 1U : 0U);
        if (in_cookie_first) {
            EXPECT_THAT(log, IsEmpty());
        } else {
            EXPECT_THAT(log, ElementsAre("1 message is lost: " + why, found));
        }
        EXPECT_EQ(stored_text(), text);
    }
}

class UserTest : public SessionMiddlewareTest {
protected:
    UserTest() {
        site.settings.middleware = Settings().middleware;
        given.user("ann").password("the column");
        stored(test::login("1", "the column", site.settings.secret_key));
    }
};

TEST_F(UserTest, IsTheOneOfTheSessionAndReadsItsMessages) {
    handle = [](HttpRequest& seen) {
        EXPECT_TRUE(seen.session_user());
        EXPECT_EQ(seen.messages->viewer().user, UserId{std::int64_t{1}});
        EXPECT_EQ(seen.messages->viewer().session_key, key);
        return http::Response();
    };
    EXPECT_EQ(with_session().status, 200);
}

TEST_F(UserTest, EndsASessionWhosePasswordChangedWhateverTheViewDoes) {
    test::run(given.connection(), "UPDATE auth_user SET password = 'another'");
    EXPECT_THAT(cookies(with_session()), ElementsAre(deleted));
    EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM django_session"), 0);
}

TEST_F(UserTest, IsNotLookedAtWhileMessagesBelongToSessions) {
    site.settings.messages_use_sessions = true;
    handle = [](HttpRequest& seen) {
        EXPECT_EQ(seen.messages->viewer().session_key, key);
        return http::Response();
    };
    const http::Response response = with_session();
    EXPECT_EQ(header(response, "Vary"), "(absent)");
}

TEST_F(UserTest, LetsTheMessagesFollowWhomRestFrameworkAuthenticated) {
    site.settings.messages_delete_read = true;
    const auto bob = given.user("bob");
    given.message(bob, "read").read();
    given.message(bob, "unread");
    given.message(UserId{std::int64_t{1}}, "of somebody else").read();
    handle = [&](HttpRequest& seen) {
        User user;
        user.id = bob;
        seen.set_user(user);
        seen.messages->used = true;
        return http::Response();
    };
    EXPECT_EQ(answer(request("GET", "/known/")).status, 200);
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT message FROM drf_messages_message ORDER BY id", 1),
        ElementsAre("unread", "of somebody else")
    );
}

} // namespace
} // namespace drf_messages::middleware
