// SPDX-License-Identifier: MIT
#include "session_engine_stories.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>

namespace drf_messages::accounts {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST_P(SessionEngines, KeepWhatWasSavedUntilItIsFlushed) {
    const std::string key = stored("colour", "blue");
    Session session = this->session(key);
    EXPECT_EQ(session.find_text("colour"), "blue");
    EXPECT_FALSE(session.modified());

    session.set_text("colour", "red");
    session.save();
    const std::string now = session.session_key().value();
    EXPECT_EQ(now == key, GetParam().keeps_sessions);
    EXPECT_EQ(read(now, "colour"), "red");

    session.flush();
    EXPECT_EQ(session.session_key(), std::nullopt);
    EXPECT_TRUE(session.is_empty());
    if (GetParam().keeps_sessions) {
        EXPECT_EQ(read(now, "colour"), std::nullopt);
    }
}

TEST_P(SessionEngines, ExplainWhatTheyLoad) {
    const std::string key = stored("colour", "blue");
    EXPECT_EQ(
        engine->load(connection(), key)->data.read(), boost::json::object({{"colour", "blue"}})
    );
    const auto lines = explained(*engine, connection(), key);
    EXPECT_EQ(lines.back(), R"({"colour":"blue"})") << testing::PrintToString(lines);

    const std::string nobodys = "abcdefghijklmnopqrstuvwxyz012345";
    EXPECT_THAT(explained(*engine, connection(), nobodys).back(), StartsWith("stop "));
    EXPECT_EQ(explained(*engine, connection(), key), lines);
}

TEST_P(SessionEngines, HoldOnlyWhatIsTheirOwn) {
    const std::string ann = stored("name", "ann");
    const std::string bob = stored("name", "bob");
    EXPECT_NE(ann, bob);
    EXPECT_EQ(read(ann, "name"), "ann");
    EXPECT_EQ(read(bob, "name"), "bob");
    session(ann).flush();
    EXPECT_EQ(read(bob, "name"), "bob");
}

TEST_P(SessionEngines, ChangeTheirKeyAndKeepTheirContentAndMessages) {
    const auto ann = given.user("ann");
    const std::string old = stored("colour", "blue");
    if (GetParam().keeps_sessions) {
        given.message(ann, "of the session").session(old).tag("t");
    }
    given.message(ann, "of another").session("anothersession00000001");
    Session session = this->session(old);
    given.now += seconds(1);
    session.cycle_key();
    const std::string key = session.session_key().value();
    EXPECT_NE(key, old);
    EXPECT_TRUE(session.modified());
    EXPECT_EQ(session.find_text("colour"), "blue");
    EXPECT_EQ(read(key, "colour"), "blue");
    if (GetParam().keeps_sessions) {
        EXPECT_EQ(read(old, "colour"), std::nullopt);
        EXPECT_EQ(
            test::rows(
                given.connection(),
                "SELECT message FROM drf_messages_message WHERE session_key = ?",
                1,
                {std::string_view(key)}
            ),
            std::vector<std::string>{"of the session"}
        );
    }
}

TEST_P(SessionEngines, TakeTheirMessagesWithThemWhenTheyEnd) {
    if (!GetParam().keeps_sessions) {
        return;
    }
    const auto ann = given.user("ann");
    const auto bob = given.user("bob");
    const std::string key = stored("x", "1");
    const std::string other = stored("x", "2");
    given.message(ann, "of the session").session(key).tag("t");
    given.message(bob, "of somebody else in it").session(key);
    given.message(ann, "of another session").session(other).tag("t");
    given.message(ann, "of no session");
    session(key).flush();
    EXPECT_THAT(messages(), ElementsAre("of another session", "of no session"));
    EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM drf_messages_messagetag"), 1);
}

TEST_P(SessionEngines, DeleteAsManyMessagesAsThereAre) {
    if (!GetParam().keeps_sessions) {
        return;
    }
    const auto ann = given.user("ann");
    const std::string key = stored("x", "1");
    given.connection().begin();
    for (int i = 0; i < 1203; ++i) {
        given.message(ann, "m").session(key);
    }
    given.connection().commit();
    session(key).flush();
    EXPECT_THAT(messages(), IsEmpty());
}

TEST_P(SessionEngines, DoNotComeBackAfterSomebodyHasEndedThem) {
    if (!GetParam().keeps_sessions) {
        return;
    }
    const std::string key = stored("x", "1");
    Session session = this->session(key);
    session.set_text("x", "2");
    this->session(key).flush();
    EXPECT_THROW(session.save(), SessionInterrupted);
    EXPECT_EQ(read(key, "x"), std::nullopt);
}

TEST_P(SessionEngines, AreNotTakenByOneWhoChoosesTheKey) {
    const std::string chosen = "chosenbytheclient00000000000000a";
    Session session = this->session(chosen);
    session.set_text("x", "1");
    session.save();
    EXPECT_NE(session.session_key(), chosen);
    EXPECT_EQ(read(chosen, "x"), std::nullopt);
}

TEST_P(SessionEngines, AreFoundUnderNoOtherKey) {
    const std::string victim = stored("name", "victim");
    std::string upper = victim;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    std::vector<std::string> keys = {
        "",
        "a",
        "1234567",
        victim.substr(1),
        victim.substr(0, victim.size() - 1),
        victim + "a",
        victim + " ",
        " " + victim,
        victim + "\r\n",
        victim + "\r\nflush_all\r\n",
        victim + std::string(1, '\0'),
        std::string(1, '\0') + victim,
        victim + std::string("\0x", 2),
        "../" + folder.path().filename().string() + "/" + victim,
        "./" + victim,
        "/" + victim,
        "../../../../../../etc/passwd",
        "_db" + victim,
        "d_db" + victim,
        ":1:django.contrib.sessions.cache" + victim,
        "session:" + victim,
        "%" + victim,
        victim + "%00",
        "*",
        "********",
        "\xC3\xA9" + victim,
        "\xFF\xFE" + victim,
        std::string(41, 'a'),
        std::string(300, 'a'),
        std::string(5000, 'a'),
        "' OR 1=1 -- "};
    if (upper != victim) {
        keys.push_back(upper);
    }
    for (const std::string& key : keys) {
        SCOPED_TRACE(testing::PrintToString(key.substr(0, 80)));
        EXPECT_EQ(read(key, "name"), std::nullopt);
        Session session = this->session(key);
        session.find("name");
        EXPECT_NE(session.session_key(), key);
        // Nor does one of them change or end it.
        if (GetParam().keeps_sessions) {
            EXPECT_EQ(
                engine->save(
                    connection(),
                    key,
                    {{"name", "attacker"}},
                    {seconds(60), given.now + seconds(60)},
                    false
                ),
                std::nullopt
            );
        }
        engine->remove(connection(), key);
    }
    EXPECT_EQ(read(victim, "name"), "victim");
}

TEST_P(SessionEngines, EndWhenTheirContentSaysSo) {
    if (!GetParam().keeps_sessions) {
        return;
    }
    Session session = this->session(stored("x", "1"));
    session.set_expiry(seconds(-5));
    session.save();
    EXPECT_EQ(read(session.session_key().value(), "x"), std::nullopt);
}

TEST_P(SessionEngines, ReadAroundWhatIsNotBuiltHereAndLeaveItAsItIsStored) {
    if (settings.session_engine == "redis_sessions.session") {
        return; // told of in session_engine_servers_test.cpp
    }
    const std::string key = stored_foreign({{"_auth_user_id", "7"}, {"colour", "blue"}});
    const std::string before = raw(key);
    Session session = this->session(key);
    EXPECT_EQ(session.find_text("_auth_user_id"), "7");
    EXPECT_EQ(session.find_text("colour"), "blue");
    EXPECT_NE(session.find("price"), nullptr);
    EXPECT_EQ(session.find_text("price"), std::nullopt);
    EXPECT_FALSE(session.writable());
    EXPECT_EQ(session.skipped_classes(), "decimal.Decimal");
    EXPECT_FALSE(session.is_empty());

    session.set_text("colour", "red");
    session.set_text("colour", "green");
    session.erase("colour");
    session.erase("nothing");
    session.cycle_key();
    EXPECT_EQ(session.find_text("colour"), "blue");
    EXPECT_EQ(session.session_key(), key);
    EXPECT_FALSE(session.modified());
    const std::string why = ": the session holds decimal.Decimal, which writing it would lose";
    EXPECT_THAT(
        session.refusals(),
        ElementsAre(
            "colour is not stored" + why, "colour is not removed" + why, "the key stays" + why
        )
    );
    EXPECT_EQ(raw(key), before);

    given.now += seconds(1);
    session.save();
    const std::string touched = session.session_key().value();
    EXPECT_EQ(touched == key, GetParam().keeps_sessions);
    EXPECT_EQ(raw(touched), before);
    EXPECT_EQ(read(touched, "_auth_user_id"), "7");

    EXPECT_THAT(
        explained(*engine, connection(), touched).back(), testing::HasSubstr("_auth_user_id")
    );
    EXPECT_EQ(raw(touched), before);
}

TEST_P(SessionEngines, LeaveWhatIsTooLargeToBeReadAsItIsStored) {
    const auto& backend = settings.caches[settings.session_cache_alias].backend;
    if (settings.session_engine == "redis_sessions.session" ||
        (engine_name().starts_with("cache") && backend.find("memcached") != std::string::npos)) {
        return; // nothing here looks into the former's server, and memcached takes 1 MB at most
    }
    const std::string key = stored("x", std::string(django::session_inflated_limit_bytes, 'x'));
    const std::string before = raw(key);
    Session session = this->session(key);
    EXPECT_EQ(session.find("x"), nullptr);
    EXPECT_TRUE(session.is_too_large_to_read());
    EXPECT_FALSE(session.writable());
    EXPECT_FALSE(session.is_empty());
    EXPECT_FALSE(session.knows_its_expiry());

    session.set_text("x", "1");
    session.cycle_key();
    EXPECT_EQ(session.session_key(), key);
    EXPECT_FALSE(session.modified());
    EXPECT_EQ(raw(key), before);
    const std::string why = ": the session holds more than 4 MB, which writing it would lose";
    EXPECT_THAT(session.refusals(), ElementsAre("x is not stored" + why, "the key stays" + why));
    EXPECT_EQ(engine->clear_expired(connection(), 100, [](std::int64_t) {}), 0);
    EXPECT_EQ(raw(key), before);

    session.begin_anew();
    EXPECT_TRUE(session.writable());
    session.set_text("x", "1");
    session.save();
    EXPECT_EQ(read(session.session_key().value(), "x"), "1");
    EXPECT_EQ(raw(key), before);
}

TEST_P(SessionEngines, BeginAnewBesideWhatIsNotBuiltHere) {
    if (settings.session_engine == "redis_sessions.session") {
        return;
    }
    const std::string key = stored_foreign({{"_auth_user_id", "7"}, {"colour", "blue"}});
    const std::string before = raw(key);
    Session session = this->session(key);
    session.begin_anew();
    EXPECT_TRUE(session.writable());
    EXPECT_EQ(session.find("colour"), nullptr);
    EXPECT_EQ(session.refusals().size(), 1U);
    session.set_text("x", "1");
    session.save();
    EXPECT_NE(session.session_key(), key);
    EXPECT_EQ(read(session.session_key().value(), "x"), "1");
    EXPECT_EQ(raw(key), before);
    EXPECT_EQ(read(key, "colour"), "blue");
}

TEST_P(SessionEngines, EndWithWhatIsNotBuiltHereWhenSomebodyLogsOut) {
    if (!GetParam().keeps_sessions || settings.session_engine == "redis_sessions.session") {
        return;
    }
    const std::string key = stored_foreign({{"_auth_user_id", "7"}, {"colour", "blue"}});
    Session session = this->session(key);
    session.find("colour");
    session.flush();
    EXPECT_TRUE(session.is_empty());
    EXPECT_EQ(read(key, "colour"), std::nullopt);
    // Nor does it come back by having its end moved.
    const SessionExpiry later{seconds(60), given.now + seconds(60)};
    EXPECT_EQ(engine->touch(connection(), key, later), std::nullopt);
    EXPECT_EQ(read(key, "colour"), std::nullopt);
}

TEST_P(SessionEngines, MoveTheirEndAndNothingElse) {
    if (!GetParam().keeps_sessions || settings.session_engine == "redis_sessions.session") {
        return;
    }
    const std::string key = stored_foreign({{"_auth_user_id", "7"}, {"colour", "blue"}});
    const std::string before = raw(key);
    const auto expiry = [&](seconds age) { return SessionExpiry{age, given.now + age}; };
    EXPECT_EQ(engine->touch(connection(), key, expiry(std::chrono::hours(2))), key);
    EXPECT_EQ(raw(key), before);
    if (settings.session_engine.ends_with("db")) {
        EXPECT_THAT(
            test::rows(given.connection(), "SELECT expire_date FROM django_session", 1),
            ElementsAre(StartsWith("2024-01-01 12:00:00"))
        );
    }
    for (const char* nobodys : {"nobodyssession000000000000000001", "../../etc/passwd", "x y"}) {
        EXPECT_EQ(engine->touch(connection(), nobodys, expiry(seconds(60))), std::nullopt);
    }
    if (!settings.session_engine.ends_with("file")) {
        engine->touch(connection(), key, expiry(seconds(-1)));
        EXPECT_EQ(read(key, "colour"), std::nullopt);
    }
}

TEST_P(SessionEngines, KnowWhatIsLeftToClear) {
    const auto ann = given.user("ann");
    const std::string expired = stored("x", "1");
    given.message(ann, "of the expired one")
        .session(GetParam().keeps_sessions ? expired : "anothersession00000001");
    given.now += settings.session_cookie_age + std::chrono::hours(24 * 365 * 10);
    // The age of a file is not the clock's to say.
    const bool in_files = settings.session_engine == "django.contrib.sessions.backends.file";
    const std::string live = in_files ? std::string() : stored("x", "2");
    const auto left = engine->count_expired(connection());
    const std::int64_t cleared = engine->clear_expired(connection(), 1, [](std::int64_t) {});
    EXPECT_EQ(cleared, left.value_or(0));
    if (left) {
        EXPECT_EQ(*left, 1);
        EXPECT_THAT(messages(), IsEmpty());
        EXPECT_EQ(engine->count_expired(connection()), 0);
    }
    if (!in_files) {
        EXPECT_EQ(read(live, "x"), "2");
    }
}

} // namespace drf_messages::accounts
