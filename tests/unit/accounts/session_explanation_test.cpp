// SPDX-License-Identifier: MIT
// What `check --session` says of each engine's sessions: docs/beside-django.md tells operators what
// to do about it.
#include "crypto/digest.hpp"
#include "django/session_codec.hpp"
#include "django/signed_session.hpp"
#include "django/signing.hpp"
#include "session_engine_stories.hpp"
#include "text/base64.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace drf_messages::accounts {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string annes = "annsession0000000000000000000001";

/// A site whose sessions are explained.
class ExplainedSession : public testing::Test {
protected:
    explicit ExplainedSession(const std::string& engine) {
        settings.secret_key = "a-key-of-the-tests";
        settings.session_engine = engine;
        settings.session_file_path = folder.path().string();
        cache = cache::make_cache(settings.caches["default"]);
    }

    std::vector<std::string> explained(const std::string& key) {
        const auto engine = make_session_engine(settings, given.clock(), {cache.get()});
        return accounts::explained(*engine, connection(), key);
    }

    ConnectionSource connection() {
        return [this]() -> sql::Connection& { return given.connection(); };
    }

    std::string signed_text(
        const std::string& secret_key,
        const boost::json::object& session = {{"color", "red"}},
        django::SessionSerializer serializer = django::SessionSerializer::json
    ) {
        return django::encode_session(
            session,
            secret_key,
            std::chrono::floor<seconds>(given.now),
            django::session_store_salt,
            serializer
        );
    }
    std::string signed_text() { return signed_text(settings.secret_key); }

    /// Saves a session as the engine `name` of the same site would.
    void save_by(const std::string& name, const std::string& key) {
        Settings other = settings;
        other.session_engine = name;
        const auto engine = make_session_engine(other, given.clock(), {cache.get()});
        ASSERT_TRUE(engine->save(
            connection(), key, {{"color", "red"}}, {hours(2), given.now + hours(2)}, true
        ));
    }

    test::Given given;
    test::TempFolder folder;
    Settings settings;
    std::unique_ptr<cache::Cache> cache;
};

const std::string red = R"({"color":"red"})";
const std::string in_table_by_another =
    "note the table django_session has it: SESSION_ENGINE is db or cached_db where it was made";

class ExplainedTableSession : public ExplainedSession {
protected:
    ExplainedTableSession() : ExplainedSession("django.contrib.sessions.backends.db") {}
};

TEST_F(ExplainedTableSession, IsFollowedFromItsRowToItsContent) {
    given.session(annes, signed_text(), given.now + hours(3));
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            "ok the table django_session has it",
            "ok it ends in 3 hours",
            "ok signed with SECRET_KEY",
            red
        )
    );
}

TEST_F(ExplainedTableSession, NamesTheKeyThatHasSignedIt) {
    settings.secret_key_fallbacks = {"x", "an earlier key"};
    given.session(annes, signed_text("an earlier key"), given.now + seconds(1));
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            "ok the table django_session has it",
            "ok it ends in 1 second",
            "ok signed with SECRET_KEY_FALLBACKS[1]",
            red
        )
    );
    settings.secret_key_fallbacks.pop_back();
    EXPECT_EQ(
        explained(annes).back(),
        "stop it was not signed with SECRET_KEY or one of the 1 SECRET_KEY_FALLBACKS: SECRET_KEY "
        "is another one where it was made"
    );
    settings.secret_key_fallbacks.clear();
    EXPECT_EQ(
        explained(annes).back(),
        "stop it was not signed with SECRET_KEY (there are no SECRET_KEY_FALLBACKS): SECRET_KEY is "
        "another one where it was made"
    );
}

TEST_F(ExplainedTableSession, IsReadInTheFormOfDjango30OnlyWhereTheReleaseReadsIt) {
    const std::string hash = crypto::hex(
        django::salted_hmac("django.contrib.sessionsSessionStore", red, settings.secret_key, true)
    );
    given.session(annes, text::base64_encode(hash + ":" + red), given.now + hours(3));
    settings.django_version = "3.2";
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            "ok the table django_session has it",
            "ok it ends in 3 hours",
            "ok signed with SECRET_KEY, in the form of Django before 3.1",
            red
        )
    );
    settings.django_version = "4.0";
    EXPECT_EQ(
        explained(annes).back(),
        "stop it is in the form of Django before 3.1, which Django 4.0 and later do not read"
    );
}

TEST_F(ExplainedTableSession, SaysThatItIsNotThereOrHasEnded) {
    settings.database.name = "db.sqlite3";
    EXPECT_THAT(
        explained(annes),
        ElementsAre("stop the table django_session has no such session: whoever had it has logged "
                    "out or it was cleared, or it is a session of another database than db.sqlite3 "
                    "or of another SESSION_ENGINE")
    );
    given.session(annes, signed_text(), given.now - hours(50));
    EXPECT_THAT(
        explained(annes),
        ElementsAre("ok the table django_session has it", "stop it expired 2 days ago")
    );
}

TEST_F(ExplainedTableSession, SaysWhatIsOddAboutTimes) {
    given.session(annes, signed_text(), given.now + hours(24 * 30));
    given.now -= hours(1);
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            "ok the table django_session has it",
            "ok it ends in 30 days",
            StartsWith("note that is more than SESSION_COOKIE_AGE: the setting is another one"),
            "ok signed with SECRET_KEY",
            StartsWith("note it was signed in the future: the clocks of the two machines differ; "
                       "this one says 20"),
            red
        )
    );
}

TEST_F(ExplainedTableSession, SaysThatItsContentIsOfAnotherSerializer) {
    given.session(annes, signed_text(), given.now + hours(3));
    settings.session_serializer = "django.contrib.sessions.serializers.PickleSerializer";
    EXPECT_EQ(
        explained(annes).back(),
        "stop its content is JSON, not pickled: SESSION_SERIALIZER is another one where it was made"
    );
}

TEST_F(ExplainedTableSession, RefusesWhatIsNoKeyOfDjangos) {
    EXPECT_THAT(
        explained("No session of Django's"),
        ElementsAre("stop a session key is made of at most 40 letters a-z and digits, and this one "
                    "is not: it is no session cookie of Django's, or not the whole of it")
    );
    EXPECT_THAT(
        explained("eyJh:1abc:signature"),
        ElementsAre("stop the key is a signed cookie: SESSION_ENGINE is signed_cookies where it "
                    "was made, and another one here")
    );
}

class ExplainedFileSession : public ExplainedSession {
protected:
    ExplainedFileSession() : ExplainedSession("django.contrib.sessions.backends.file") {}

    void write(const std::string& name, const std::string& content) {
        const std::string path = (folder.path() / name).string();
        std::ofstream(path) << content;
        timespec times[2]{};
        times[0].tv_sec = times[1].tv_sec =
            std::chrono::floor<seconds>(given.now).time_since_epoch().count();
        ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    }
    std::string path() const { return folder.path().string(); }
};

TEST_F(ExplainedFileSession, IsFollowedFromItsFileToItsEnd) {
    write("sessionid" + annes, signed_text());
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            "ok the folder " + path() + " has it",
            "ok signed with SECRET_KEY",
            "ok it ends in 14 days",
            red
        )
    );
    given.now += hours(24 * 15);
    EXPECT_EQ(explained(annes).back(), "stop it expired 24 hours ago");
    EXPECT_TRUE(std::filesystem::exists(folder.path() / ("sessionid" + annes)));
}

TEST_F(ExplainedFileSession, EndsWhenItAsksTo) {
    write("sessionid" + annes, signed_text(settings.secret_key, {{"_session_expiry", 90}}));
    EXPECT_THAT(explained(annes), testing::Contains("ok it ends in 90 seconds"));
}

TEST_F(ExplainedFileSession, SaysWhereItIsInstead) {
    write("sid" + annes, signed_text());
    given.session(annes, signed_text(), given.now + hours(3));
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            "note a file of the folder ends with this key, but does not begin with \"sessionid\": "
            "SESSION_COOKIE_NAME is another one where it was made",
            in_table_by_another,
            "stop the folder " + path() +
                " has no such session: whoever had it has logged out, or SESSION_FILE_PATH or "
                "SESSION_COOKIE_NAME is another one where it was made"
        )
    );
    settings.session_file_path = path() + "/none";
    EXPECT_THAT(
        explained(annes),
        ElementsAre("stop SESSION_FILE_PATH: there is no folder " + path() + "/none")
    );
}

const std::string own_memory = "note CACHES.default is no server: what another process puts into "
                               "it is never seen here";
const std::string cache_name = "CACHES.default (KEY_PREFIX \"\", VERSION 1)";
const std::string not_a_session =
    cache_name + " has 4 bytes for it, which are no session as its BACKEND writes them: BACKEND, "
                 "or SERIALIZER or COMPRESSOR of its OPTIONS, is another one where it was made, or "
                 "they are broken";

class ExplainedCacheSession : public ExplainedSession {
protected:
    ExplainedCacheSession() : ExplainedSession("django.contrib.sessions.backends.cache") {}
};

TEST_F(ExplainedCacheSession, IsFoundInTheCache) {
    save_by(settings.session_engine, annes);
    EXPECT_THAT(explained(annes), ElementsAre(own_memory, "ok " + cache_name + " has it", red));
}

TEST_F(ExplainedCacheSession, SaysWhereItIsInstead) {
    const std::string stop =
        "stop " + cache_name +
        " has no such session: it has expired or whoever had it has logged out, or LOCATION, its "
        "database, KEY_PREFIX or VERSION is another one where it was made";
    EXPECT_THAT(explained(annes), ElementsAre(own_memory, stop));

    given.session(annes, signed_text(), given.now + hours(3));
    EXPECT_THAT(explained(annes), ElementsAre(own_memory, in_table_by_another, stop));

    const std::string bobs = "bobsession0000000000000000000001";
    save_by("django.contrib.sessions.backends.cached_db", bobs);
    EXPECT_THAT(
        explained(bobs),
        ElementsAre(
            own_memory,
            "note the cache has it as a session of cached_db: that is SESSION_ENGINE where it was "
            "made",
            stop
        )
    );
}

TEST_F(ExplainedCacheSession, SaysThatItCanNotBeRead) {
    cache->set("django.contrib.sessions.cache" + annes, {"rust", 0}, hours(1));
    EXPECT_THAT(
        explained(annes),
        ElementsAre(own_memory, "ok " + cache_name + " has it", "stop " + not_a_session)
    );
}

class ExplainedCachedTableSession : public ExplainedSession {
protected:
    ExplainedCachedTableSession()
        : ExplainedSession("django.contrib.sessions.backends.cached_db") {}
};

TEST_F(ExplainedCachedTableSession, IsFoundInTheCache) {
    save_by(settings.session_engine, annes);
    EXPECT_THAT(explained(annes), ElementsAre(own_memory, "ok " + cache_name + " has it", red));
}

TEST_F(ExplainedCachedTableSession, IsFoundInTheTableAndNotPutIntoTheCache) {
    given.session(annes, signed_text(), given.now + hours(3));
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_THAT(
            explained(annes),
            ElementsAre(
                own_memory,
                "ok " + cache_name + " does not have it; next is the table",
                "ok the table django_session has it",
                "ok it ends in 3 hours",
                "ok signed with SECRET_KEY",
                "note only the table has it, though Django fills the cache at every login: where "
                "CACHES (LOCATION, KEY_PREFIX, VERSION) is another one there, whoever logs out "
                "there stays known here",
                red
            )
        );
    }
}

TEST_F(ExplainedCachedTableSession, IsFoundInTheTableWhereTheCacheCanNotBeRead) {
    given.session(annes, signed_text(), given.now + hours(3));
    cache->set("django.contrib.sessions.cached_db" + annes, {"rust", 0}, hours(1));
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            own_memory,
            "note " + not_a_session,
            "ok the table django_session has it",
            "ok it ends in 3 hours",
            "ok signed with SECRET_KEY",
            red
        )
    );
}

TEST_F(ExplainedCachedTableSession, SaysThatItIsASessionOfCache) {
    save_by("django.contrib.sessions.backends.cache", annes);
    EXPECT_THAT(
        explained(annes),
        ElementsAre(
            own_memory,
            "ok " + cache_name + " does not have it; next is the table",
            "note the cache has it as a session of cache: that is SESSION_ENGINE where it was made",
            StartsWith("stop the table django_session has no such session")
        )
    );
}

TEST_F(ExplainedCachedTableSession, IsEmptyWhereTheCacheHoldsNoDictionary) {
    given.session(annes, signed_text(), given.now + hours(3));
    const std::string list = "\x80\x04]\x94.";
    cache->set("django.contrib.sessions.cached_db" + annes, {list, 0}, hours(1));
    EXPECT_THAT(
        explained(annes), ElementsAre(own_memory, StartsWith("stop " + cache_name + " has 5 bytes"))
    );
    const auto engine = make_session_engine(settings, given.clock(), {cache.get()});
    EXPECT_EQ(engine->load(connection(), annes)->data.read(), boost::json::object());
}

class ExplainedCookieSession : public ExplainedSession {
protected:
    ExplainedCookieSession()
        : ExplainedSession("django.contrib.sessions.backends.signed_cookies") {}

    std::string cookie(const std::string& secret_key) {
        return django::dump_signed_session(
            {{"color", "red"}},
            secret_key,
            std::chrono::floor<seconds>(given.now),
            django::SessionSerializer::json
        );
    }
};

TEST_F(ExplainedCookieSession, NamesTheKeyThatHasSignedIt) {
    settings.secret_key_fallbacks = {"an earlier key"};
    EXPECT_THAT(
        explained(cookie(settings.secret_key)), ElementsAre("ok signed with SECRET_KEY", red)
    );
    EXPECT_THAT(
        explained(cookie("an earlier key")),
        ElementsAre("ok signed with SECRET_KEY_FALLBACKS[0]", red)
    );
    EXPECT_THAT(
        explained(cookie("another key")),
        ElementsAre(StartsWith("stop it was not signed with SECRET_KEY or one of the 1"))
    );
}

TEST_F(ExplainedCookieSession, SaysThatItIsHalfACookieOrTooOld) {
    EXPECT_THAT(
        explained(annes),
        ElementsAre("stop the key is no signed cookie: SESSION_ENGINE is another one than "
                    "signed_cookies where it was made, or this is not the whole cookie")
    );
    const std::string old = cookie(settings.secret_key);
    given.now += hours(24 * 15);
    EXPECT_THAT(
        explained(old),
        ElementsAre(
            "ok signed with SECRET_KEY",
            "stop it has expired: it was signed longer ago than SESSION_COOKIE_AGE, 14 days"
        )
    );
}

TEST_F(ExplainedCookieSession, SaysThatItIsOfAnotherSerializerOrOfTheFuture) {
    const std::string made = cookie(settings.secret_key);
    given.now -= hours(1);
    EXPECT_THAT(
        explained(made),
        ElementsAre(
            "ok signed with SECRET_KEY", StartsWith("note it was signed in the future: "), red
        )
    );
    settings.session_serializer = "django.contrib.sessions.serializers.PickleSerializer";
    EXPECT_THAT(
        explained(made),
        ElementsAre(
            "ok signed with SECRET_KEY",
            "stop its content cannot be read: SESSION_SERIALIZER is another one where it was made"
        )
    );
}

} // namespace
} // namespace drf_messages::accounts
