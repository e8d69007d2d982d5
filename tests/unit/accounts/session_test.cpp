// SPDX-License-Identifier: MIT
#include "accounts/session.hpp"
#include "django/session_codec.hpp"
#include "support/database.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace drf_messages::accounts {
namespace {

using std::chrono::seconds;

class SessionTest : public testing::Test {
protected:
    SessionTest() {
        settings.secret_key = "a-key-of-the-tests";
        engine = make_session_engine(settings, given.clock());
    }

    ConnectionSource connection() {
        return [this]() -> sql::Connection& {
            ++leases;
            return given.connection();
        };
    }

    Session session(std::optional<std::string> key) {
        return Session(
            *engine,
            settings,
            given.clock(),
            crypto::system_random_bytes,
            connection(),
            std::move(key)
        );
    }

    std::string
    stored(const boost::json::object& content, std::string_view key = "annsession0000000001") {
        return given.session(
            key,
            django::encode_session(
                content, settings.secret_key, std::chrono::floor<seconds>(given.now)
            ),
            given.now + std::chrono::hours(1)
        );
    }

    std::vector<std::string> keys() {
        return test::rows(
            given.connection(), "SELECT session_key FROM django_session ORDER BY session_key", 1
        );
    }

    test::Given given;
    Settings settings;
    std::unique_ptr<SessionEngine> engine;
    int leases = 0;
};

TEST_F(SessionTest, IsLoadedWhenFirstLookedIntoAndOnlyOnce) {
    Session session = this->session(stored({{"colour", "blue"}, {"size", 3}}));
    EXPECT_FALSE(session.accessed());
    EXPECT_EQ(leases, 0);

    EXPECT_EQ(*session.find("colour"), boost::json::value("blue"));
    EXPECT_EQ(*session.find("size"), boost::json::value(3));
    EXPECT_EQ(session.find("weight"), nullptr);
    EXPECT_EQ(leases, 1);
    EXPECT_TRUE(session.accessed());
    EXPECT_FALSE(session.modified());
}

TEST_F(SessionTest, WithoutAKeyCostsNoConnection) {
    Session session = this->session(std::nullopt);
    EXPECT_EQ(session.find("_auth_user_id"), nullptr);
    EXPECT_TRUE(session.is_empty());
    EXPECT_TRUE(session.accessed());
    EXPECT_EQ(leases, 0);
}

TEST_F(SessionTest, RefusesAKeyOfLessThanEightCharacters) {
    EXPECT_EQ(session("1234567").session_key(), std::nullopt);
    EXPECT_EQ(session("").session_key(), std::nullopt);
    EXPECT_EQ(session("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9").session_key(), std::nullopt);
    EXPECT_EQ(session("12345678").session_key(), "12345678");
}

TEST_F(SessionTest, ForgetsAKeyThatNobodyHasOrThatHasExpired) {
    Session unknown = session("doesnotexist00000001");
    EXPECT_FALSE(unknown.is_empty());
    EXPECT_EQ(unknown.find("x"), nullptr);
    EXPECT_EQ(unknown.session_key(), std::nullopt);
    EXPECT_TRUE(unknown.is_empty());

    const std::string key = stored({{"x", 1}});
    given.now += std::chrono::hours(2);
    Session expired = session(key);
    EXPECT_EQ(expired.find("x"), nullptr);
    EXPECT_EQ(expired.session_key(), std::nullopt);
}

TEST_F(SessionTest, NeverAsksTheTableForAKeyThatItCanNotHold) {
    Session longer = session(std::string(41, 'a'));
    EXPECT_EQ(longer.find("x"), nullptr);
    Session with_nul = session(std::string("12345678\0x", 10));
    EXPECT_EQ(with_nul.find("x"), nullptr);
    EXPECT_EQ(leases, 0);
}

TEST_F(SessionTest, KeepsTheKeyOfASessionThatSomebodyElseSigned) {
    given.session(
        "annsession0000000001",
        django::encode_session({{"x", 1}}, "another key", std::chrono::floor<seconds>(given.now)),
        given.now + std::chrono::hours(1)
    );
    Session session = this->session("annsession0000000001");
    EXPECT_EQ(session.find("x"), nullptr);
    EXPECT_EQ(session.session_key(), "annsession0000000001");
    EXPECT_FALSE(session.is_empty());
}

TEST_F(SessionTest, AcceptsTheSignatureOfAKeyThatWasReplaced) {
    const std::string key = stored({{"x", 1}});
    settings.secret_key_fallbacks = {settings.secret_key};
    settings.secret_key = "a new key";
    engine = make_session_engine(settings, given.clock());
    Session session = this->session(key);
    EXPECT_NE(session.find("x"), nullptr);
}

TEST_F(SessionTest, SavesUnderANewKeyOfThirtyTwoCharactersWhenItHasNone) {
    Session session = this->session(std::nullopt);
    session.set("colour", "blue");
    EXPECT_TRUE(session.modified());
    session.save();
    ASSERT_TRUE(session.session_key());
    EXPECT_THAT(*session.session_key(), testing::MatchesRegex("[a-z0-9]+"));
    EXPECT_EQ(session.session_key()->size(), 32U);

    Session again = this->session(session.session_key());
    EXPECT_EQ(*again.find("colour"), boost::json::value("blue"));
}

TEST_F(SessionTest, UpdatesWhatIsStoredUnderItsKey) {
    const std::string key = stored({{"colour", "blue"}, {"size", 3}});
    Session session = this->session(key);
    session.erase("size");
    session.set("colour", "red");
    session.save();
    EXPECT_EQ(session.session_key(), key);

    Session again = this->session(key);
    EXPECT_EQ(*again.find("colour"), boost::json::value("red"));
    EXPECT_EQ(again.find("size"), nullptr);
}

TEST_F(SessionTest, ShowsNobodyElseWhatOneRequestChangesInItUntilItIsSaved) {
    const std::string key = stored({{"colour", "blue"}, {"size", 3}});
    EXPECT_EQ(*session(key).find("colour"), boost::json::value("blue"));
    Session changed = session(key);
    changed.set("colour", "red");
    changed.erase("size");
    Session other = session(key);
    EXPECT_EQ(*other.find("colour"), boost::json::value("blue"));
    EXPECT_EQ(*other.find("size"), boost::json::value(3));
    changed.save();
    EXPECT_EQ(*session(key).find("colour"), boost::json::value("red"));
    EXPECT_EQ(session(key).find("size"), nullptr);
}

TEST_F(SessionTest, IsNotModifiedByErasingWhatItDoesNotHold) {
    Session session = this->session(stored({{"colour", "blue"}}));
    session.erase("size");
    EXPECT_FALSE(session.modified());
    session.erase("colour");
    EXPECT_TRUE(session.modified());
}

TEST_F(SessionTest, SaysWhenItWasDeletedBeforeItCouldBeSaved) {
    const std::string key = stored({{"x", 1}});
    Session session = this->session(key);
    session.set("x", 2);
    test::run(given.connection(), "DELETE FROM django_session");
    EXPECT_THROW(session.save(), SessionInterrupted);
    EXPECT_TRUE(keys().empty());
}

TEST_F(SessionTest, FlushDeletesItWithTheMessagesThatWereLeftInIt) {
    const auto ann = given.user("ann");
    const std::string key = stored({{"x", 1}});
    given.message(ann, "of the session").session(key).tag("t");
    given.message(ann, "of no session");
    Session session = this->session(key);
    session.flush();
    EXPECT_EQ(session.session_key(), std::nullopt);
    EXPECT_TRUE(session.is_empty());
    EXPECT_TRUE(session.modified());
    EXPECT_TRUE(keys().empty());
    EXPECT_THAT(
        test::rows(given.connection(), "SELECT message FROM drf_messages_message", 1),
        testing::ElementsAre("of no session")
    );
    EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM drf_messages_messagetag"), 0);
}

struct Expiry {
    boost::json::value stored;
    std::int64_t age;
    bool at_browser_close;
};

TEST_F(SessionTest, ExpiresAsItsContentSays) {
    settings.session_cookie_age = seconds(1000);
    const Expiry cases[] = {
        {nullptr, 1000, false},
        {60, 60, false},
        {-5, -5, false},
        {0, 1000, true},
        {2.9, 2, false},
        {true, 1, false},
        {false, 1000, true},
        {"tomorrow", 1000, false},
        {"2024-01-01T11:00:00+00:00", 3600, false},
        {"2024-01-01T12:00:00.500000+01:00", 3600, false},
        {"2024-01-01T11:00:00", 3600, false},
        {"2024-01-01T09:59:59.999999Z", -1, false},
        {0.5, 1, false},
        {-0.5, -1, false},
        {boost::json::array{1}, 1000, false},
        {1e300, 300'000'000'000, false},
    };
    for (const Expiry& expiry : cases) {
        Session session = this->session(std::nullopt);
        session.set("_session_expiry", expiry.stored);
        EXPECT_EQ(session.get_expiry_age().count(), expiry.age)
            << boost::json::serialize(expiry.stored);
        EXPECT_EQ(session.get_expire_at_browser_close(), expiry.at_browser_close)
            << boost::json::serialize(expiry.stored);
        EXPECT_NO_THROW(session.save()) << boost::json::serialize(expiry.stored);
    }
    Session without = this->session(std::nullopt);
    settings.session_expire_at_browser_close = true;
    EXPECT_TRUE(without.get_expire_at_browser_close());
}

TEST_F(SessionTest, TakesItsExpiryAsDjangosSetExpiryDoes) {
    Session session = this->session(std::nullopt);
    session.set_expiry(seconds(300));
    EXPECT_EQ(session.get_expiry_age(), seconds(300));
    EXPECT_EQ(session.get_expiry_date(), given.now + seconds(300));
    EXPECT_FALSE(session.get_expire_at_browser_close());

    session.set_expiry(seconds(0));
    EXPECT_EQ(session.get_expiry_age(), settings.session_cookie_age);
    EXPECT_TRUE(session.get_expire_at_browser_close());

    session.set_expiry(given.now + std::chrono::milliseconds(2500));
    EXPECT_EQ(*session.find("_session_expiry"), "2024-01-01T10:00:02.500000+00:00");
    EXPECT_EQ(session.get_expiry_age(), seconds(2));
    EXPECT_EQ(session.get_expiry_date(), given.now + std::chrono::milliseconds(2500));
    given.now += seconds(3);
    EXPECT_EQ(session.get_expiry_age(), seconds(-1));

    session.reset_expiry();
    EXPECT_EQ(session.find("_session_expiry"), nullptr);
    EXPECT_EQ(session.get_expiry_age(), settings.session_cookie_age);
}

TEST_F(SessionTest, ReadsAMomentWithoutAnOffsetInTheTimeZoneOfTheSettings) {
    settings.time_zone = "Europe/Berlin";
    Session session = this->session(std::nullopt);
    session.set_text("_session_expiry", "2024-01-01T12:00:00");
    EXPECT_EQ(session.get_expiry_age(), seconds(3600));
}

TEST_F(SessionTest, WithoutUseTzCountsItsLifeOnTheWallsClockAsDjangoDoes) {
    settings.time_zone = "America/New_York";
    settings.use_tz = false;
    const auto of = [](int year, unsigned month, unsigned day, int hour) {
        return std::chrono::sys_days(std::chrono::year(year) / month / day) +
               std::chrono::hours(hour);
    };
    Session session = this->session(std::nullopt);
    session.set_expiry(std::chrono::hours(14 * 24));
    given.now = of(2026, 10, 25, 16); // noon, EDT
    EXPECT_EQ(session.get_expiry_date(), of(2026, 11, 8, 17)) << "noon, EST";
    given.now = of(2026, 3, 1, 17); // noon, EST
    EXPECT_EQ(session.get_expiry_date(), of(2026, 3, 15, 16)) << "noon, EDT";

    session.set_expiry(Timestamp(of(2026, 7, 1, 16)));
    EXPECT_EQ(*session.find("_session_expiry"), "2026-07-01T12:00:00");
    EXPECT_EQ(session.get_expiry_date(), of(2026, 7, 1, 16));
}

TEST_F(SessionTest, NamesTheEngineThatThisBuildDoesNotHave) {
    settings.session_engine = "site.sessions.SessionStore";
    try {
        make_session_engine(settings, given.clock());
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("site.sessions.SessionStore"));
    }
}

} // namespace
} // namespace drf_messages::accounts
