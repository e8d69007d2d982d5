// SPDX-License-Identifier: MIT
#include "accounts/session_file.hpp"
#include "django/session_codec.hpp"
#include "django/signing.hpp"
#include "session_engine_stories.hpp"
#include "text/base64.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <map>
#include <thread>

namespace drf_messages::accounts {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

std::function<void(Settings&, const std::filesystem::path&)> engine_named(std::string name) {
    return [name = std::move(name)](Settings& settings, const std::filesystem::path& folder) {
        settings.session_engine = "django.contrib.sessions.backends." + name;
        settings.session_file_path = folder.string();
    };
}

INSTANTIATE_TEST_SUITE_P(
    Here,
    SessionEngines,
    testing::Values(
        EngineCase{"db", engine_named("db")},
        EngineCase{"file", engine_named("file")},
        EngineCase{"cache", engine_named("cache")},
        EngineCase{"cacheddb", engine_named("cached_db")},
        EngineCase{"signedcookies", engine_named("signed_cookies"), false}
    ),
    [](const auto& engine) { return engine.param.name; }
);

void set_modified(const std::string& path, Timestamp at) {
    timespec times[2]{};
    times[0].tv_sec = times[1].tv_sec = std::chrono::floor<seconds>(at).time_since_epoch().count();
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

const std::string annes = "annsession0000000000000000000001";

TEST(TableSessions, AreReadAnewThoughTheyWereReadBefore) {
    test::Given given;
    Settings settings;
    settings.secret_key = "a-key-of-the-tests";
    const auto engine = make_session_engine(settings, given.clock());
    const auto connection = [&given]() -> sql::Connection& { return given.connection(); };
    const auto signed_text = [&](std::string_view color, const std::string& secret_key) {
        const auto now = std::chrono::floor<seconds>(given.now);
        return django::encode_session({{"color", color}}, secret_key, now);
    };
    const auto store = [&](const std::string& text) {
        const std::array<sql::Value, 2> row = {std::string_view(text), std::string_view(annes)};
        const sql::Statement update = {
            "change", "UPDATE django_session SET session_data = ? WHERE session_key = ?"};
        given.connection().execute(update, row);
    };
    const std::string red = signed_text("red", settings.secret_key);
    given.session(annes, red, given.now + std::chrono::hours(1));
    for (int turn = 0; turn < 2; ++turn) {
        EXPECT_EQ(
            engine->load(connection, annes)->data.read(), boost::json::object({{"color", "red"}})
        );
    }

    store(signed_text("blue", settings.secret_key));
    EXPECT_EQ(
        engine->load(connection, annes)->data.read(), boost::json::object({{"color", "blue"}})
    );
    store(signed_text("red", "another-key"));
    EXPECT_EQ(engine->load(connection, annes)->data.read(), boost::json::object());
    store(red);
    EXPECT_EQ(
        engine->load(connection, annes)->data.read(), boost::json::object({{"color", "red"}})
    );
    given.now += std::chrono::hours(2);
    EXPECT_FALSE(engine->load(connection, annes));
}

TEST(CachedTableSessions, DoNotFillTheCacheWithHalfOfWhatIsStored) {
    test::Given given;
    Settings settings;
    settings.secret_key = "a-key-of-the-tests";
    settings.session_engine = "django.contrib.sessions.backends.cached_db";
    settings.session_serializer = test::pickle_serializer;
    const auto cache = cache::make_cache(settings.caches["default"]);
    const auto engine = make_session_engine(settings, given.clock(), {cache.get()});
    const auto connection = [&given]() -> sql::Connection& { return given.connection(); };
    const boost::json::object content = {{"_auth_user_id", "7"}, {"color", "red"}};
    given.session(
        annes,
        test::signed_foreign_session(content, settings.secret_key, given.now),
        given.now + seconds(60)
    );
    const auto loaded = engine->load(connection, annes);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->data.read().at("color"), "red");
    EXPECT_FALSE(cache->get("django.contrib.sessions.cached_db" + annes));
    const SessionExpiry later{seconds(90), given.now + seconds(90)};
    EXPECT_EQ(engine->touch(connection, annes, later), annes);
    EXPECT_FALSE(cache->get("django.contrib.sessions.cached_db" + annes));
}

class FileSessions : public testing::Test {
protected:
    FileSessions() {
        settings.secret_key = "a-key-of-the-tests";
        settings.session_engine = "django.contrib.sessions.backends.file";
        settings.session_file_path = folder.path().string();
        engine = make_session_engine(settings, given.clock());
    }

    Session session(std::optional<std::string> key) {
        return Session(
            *engine,
            settings,
            given.clock(),
            crypto::system_random_bytes,
            [this]() -> sql::Connection& { return given.connection(); },
            std::move(key)
        );
    }

    std::string path_of(std::string_view key) {
        return (folder / (settings.session_cookie_name + std::string(key))).string();
    }

    /// A file that was written at the clock's time.
    std::string stored(const boost::json::object& content, const std::string& key) {
        std::ofstream(path_of(key)) << django::encode_session(
            content, settings.secret_key, std::chrono::floor<seconds>(given.now)
        );
        set_modified(path_of(key), given.now);
        return key;
    }

    std::vector<std::string> files() {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            names.push_back(entry.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    test::Given given;
    test::TempFolder folder;
    Settings settings;
    std::unique_ptr<SessionEngine> engine;
};

TEST_F(FileSessions, LeaveNothingButOneFileThatOnlyTheirOwnerReads) {
    Session session = this->session(std::nullopt);
    session.set_text("x", "1");
    session.save();
    session.save();
    ASSERT_EQ(files().size(), 1U);
    struct stat status {};
    ASSERT_EQ(stat(path_of(*session.session_key()).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(FileSessions, LiveOnWhenTheyAskForAnEndThatIsNotBuiltHere) {
    settings.session_serializer = test::pickle_serializer;
    engine = make_session_engine(settings, given.clock());
    // A pair of keys for the mark of the items, and the end as a datetime in a zone with a name.
    std::string pickle = django::write_pickle({{"a", 1}, {"b", 2}}, 2);
    using namespace std::string_literals;
    pickle.insert(
        pickle.size() - 2,
        "X\x0F\0\0\0_session_expirycdatetime\ndatetime\nC\x0A\x08\x33\1\2\3\4\5\0\0\7czoneinfo\n"
        "ZoneInfo\n)R\x86R"s
    );
    std::ofstream(path_of(annes)) << django::sign_timestamped(
        text::base64url_encode(pickle),
        django::session_store_salt,
        settings.secret_key,
        std::chrono::floor<seconds>(given.now)
    );
    set_modified(path_of(annes), given.now);
    given.now += settings.session_cookie_age * 3;
    Session session = this->session(annes);
    EXPECT_NE(session.find("a"), nullptr);
    EXPECT_FALSE(session.knows_its_expiry());
    EXPECT_EQ(
        engine->count_expired([this]() -> sql::Connection& { return given.connection(); }), 0
    );
}

TEST_F(FileSessions, AgeFromTheirLastWriting) {
    stored({{"x", 1}}, annes);
    given.now += settings.session_cookie_age - seconds(1);
    EXPECT_NE(session(annes).find("x"), nullptr);
    given.now += seconds(1);
    const auto ann = given.user("ann");
    given.message(ann, "of the session").session(annes);
    Session expired = session(annes);
    EXPECT_EQ(expired.find("x"), nullptr);
    // Django begins a new session at once, with a cookie of its own.
    EXPECT_TRUE(expired.modified());
    ASSERT_TRUE(expired.session_key());
    EXPECT_NE(expired.session_key(), annes);
    EXPECT_EQ(files(), std::vector<std::string>{"sessionid" + *expired.session_key()});
    EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM drf_messages_message"), 0);
}

TEST_F(FileSessions, EndAtTheMomentThatTheyName) {
    stored({{"x", 1}, {"_session_expiry", "2024-01-01T12:00:00+01:00"}}, annes);
    given.now += std::chrono::minutes(59);
    EXPECT_NE(session(annes).find("x"), nullptr);
    given.now += std::chrono::minutes(1);
    EXPECT_EQ(session(annes).find("x"), nullptr);
}

TEST_F(FileSessions, AreNoLinksFifosOrFolders) {
    stored({{"x", 1}}, annes);
    std::filesystem::create_symlink(path_of(annes), path_of("linksession000000000000000000001"));
    ASSERT_EQ(mkfifo(path_of("fifosession000000000000000000001").c_str(), 0600), 0);
    std::filesystem::create_directory(path_of("foldersession0000000000000000001"));
    for (const char* name :
         {"linksession000000000000000000001",
          "fifosession000000000000000000001",
          "foldersession0000000000000000001"}) {
        Session session = this->session(name);
        EXPECT_EQ(session.find("x"), nullptr) << name;
        EXPECT_EQ(session.session_key(), std::nullopt) << name;
    }
}

TEST_F(FileSessions, OfAnotherCookieStay) {
    settings.session_cookie_name = "sessionid2";
    const std::string other = stored({{"x", 1}}, annes);
    settings.session_cookie_name = "sessionid";
    std::ofstream(folder / "sessionidea.txt") << "notes";
    given.now += std::chrono::hours(24 * 365);
    const ConnectionSource connection = [this]() -> sql::Connection& { return given.connection(); };
    EXPECT_EQ(engine->clear_expired(connection, 10, [](std::int64_t) {}), 0);
    EXPECT_EQ(files(), (std::vector<std::string>{"sessionid2" + other, "sessionidea.txt"}));
}

TEST_F(FileSessions, OfAFolderThatIsGoneAreAnOutageAndNotLost) {
    Session session = this->session(std::nullopt);
    session.set_text("x", "1");
    std::filesystem::remove(folder.path());
    EXPECT_THROW(session.save(), SessionStoreError);
    try {
        engine->count_expired({});
        FAIL();
    } catch (const SessionStoreError& error) {
        EXPECT_THAT(error.what(), HasSubstr("SESSION_FILE_PATH"));
    }
    EXPECT_THAT(session_engine_problems(settings), testing::ElementsAre(HasSubstr("no folder")));
}

TEST_F(FileSessions, AreReadWholeWhileOthersWriteThem) {
    stored({{"x", std::string(20'000, 'x')}}, annes);
    set_modified(path_of(annes), given.now);
    std::thread writer([&] {
        for (int i = 0; i < 300; ++i) {
            replace_session_file(
                path_of(annes),
                django::encode_session(
                    {{"x", std::string(20'000, static_cast<char>('a' + i % 26))}},
                    settings.secret_key,
                    std::chrono::floor<seconds>(given.now)
                )
            );
        }
    });
    int read = 0;
    while (read < 300) {
        Session session = this->session(annes);
        ASSERT_NE(session.find("x"), nullptr);
        ++read;
    }
    writer.join();
}

TEST_F(FileSessions, ThatWereRemovedDoNotComeBackWhileOthersWriteThem) {
    const std::string path = path_of(annes);
    const auto write = [&path] {
        for (int i = 0; i < 100 && replace_session_file(path, "content"); ++i) {
        }
    };
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(create_session_file(path));
        std::thread first(write);
        std::thread second(write);
        ASSERT_TRUE(replace_session_file(path, "content"));
        remove_session_file(path);
        first.join();
        second.join();
        ASSERT_EQ(files(), std::vector<std::string>());
    }
}

/// A cache between whose calls something happens.
class WatchedCache final : public cache::Cache {
public:
    WatchedCache() : inner_(cache::local_memory_cache(std::chrono::steady_clock::now, 100)) {}

    std::optional<cache::Entry> get(std::string_view key) override {
        fail_if_down();
        return inner_->get(key);
    }
    void set(std::string_view key, const cache::Entry& entry, seconds timeout) override {
        fail_if_down();
        if (before_set) {
            before_set();
        }
        inner_->set(key, entry, timeout);
    }
    bool add(std::string_view key, const cache::Entry& entry, seconds timeout) override {
        fail_if_down();
        return !always_taken && inner_->add(key, entry, timeout);
    }
    bool remove(std::string_view key) override {
        fail_if_down();
        return inner_->remove(key);
    }
    void update(std::string_view key, seconds timeout, const Change& change) override {
        fail_if_down();
        inner_->update(key, timeout, change);
    }

    bool down = false;
    bool always_taken = false;
    std::function<void()> before_set;

private:
    void fail_if_down() const {
        if (down) {
            throw cache::Error("no answer");
        }
    }

    std::unique_ptr<cache::Cache> inner_;
};

class CachedSessionsTest : public testing::Test {
protected:
    CachedSessionsTest() { settings.secret_key = "a-key-of-the-tests"; }

    Session session(const std::string& engine_name, std::optional<std::string> key) {
        settings.session_engine = "django.contrib.sessions.backends." + engine_name;
        std::unique_ptr<SessionEngine>& engine = engines[engine_name];
        if (!engine) {
            engine = make_session_engine(settings, given.clock(), {&cache});
        }
        return Session(
            *engine,
            settings,
            given.clock(),
            crypto::system_random_bytes,
            [this]() -> sql::Connection& { return given.connection(); },
            std::move(key)
        );
    }

    std::string row(const boost::json::object& content, const std::string& key) {
        return given.session(
            key,
            django::encode_session(
                content, settings.secret_key, std::chrono::floor<seconds>(given.now)
            ),
            given.now + std::chrono::hours(1)
        );
    }

    test::Given given;
    Settings settings;
    WatchedCache cache;
    std::map<std::string, std::unique_ptr<SessionEngine>> engines;
};

TEST_F(CachedSessionsTest, SayThatTheCacheIsDownAndAreThereAgainWhenItIsBack) {
    for (const char* name : {"cache", "cached_db"}) {
        SCOPED_TRACE(name);
        Session session = this->session(name, std::nullopt);
        session.set_text("x", "1");
        session.save();
        const std::string key = session.session_key().value();
        cache.down = true;
        EXPECT_THROW(this->session(name, key).find("x"), cache::Error);
        EXPECT_THROW(session.save(), cache::Error);
        EXPECT_THROW(session.flush(), cache::Error);
        cache.down = false;
        EXPECT_EQ(this->session(name, key).find_text("x"), "1");
    }
}

TEST_F(CachedSessionsTest, ThatEndWhileTheyAreReadDoNotLiveOnInTheCache) {
    const std::string key = row({{"x", 1}}, "annsession0000000001");
    cache.before_set = [&] { test::run(given.connection(), "DELETE FROM django_session"); };
    Session session = this->session("cached_db", key);
    EXPECT_EQ(session.find("x"), nullptr);
    EXPECT_EQ(session.session_key(), std::nullopt);
    cache.before_set = nullptr;
    EXPECT_EQ(this->session("cached_db", key).find("x"), nullptr);
}

TEST_F(CachedSessionsTest, ThatChangeWhileTheyAreReadAreNotCachedAsTheyWere) {
    const std::string key = row({{"x", "old"}}, "annsession0000000001");
    cache.before_set = [&] {
        cache.before_set = nullptr;
        Session other = session("cached_db", key);
        other.set_text("x", "new");
        other.save();
    };
    Session reader = session("cached_db", key);
    reader.find("x");
    EXPECT_EQ(this->session("cached_db", key).find_text("x"), "new");
}

TEST_F(CachedSessionsTest, OfTheTableAreServedFromTheCacheOnceRead) {
    const std::string key = row({{"x", "row"}}, "annsession0000000001");
    EXPECT_EQ(session("cached_db", key).find_text("x"), "row");
    test::run(given.connection(), "DELETE FROM django_session");
    Session session = this->session("cached_db", key);
    EXPECT_EQ(session.find_text("x"), "row");
    session.set_text("x", "changed");
    EXPECT_THROW(session.save(), SessionInterrupted);
}

TEST_F(CachedSessionsTest, AreNotCreatedForeverInACacheThatRefuses) {
    cache.always_taken = true;
    Session session = this->session("cache", std::nullopt);
    session.set_text("x", "1");
    EXPECT_THROW(session.save(), SessionStoreError);
}

TEST(SessionEngineProblems, NameACacheThatIsNotThere) {
    Settings settings;
    settings.secret_key = "a-key-of-the-tests";
    settings.session_engine = "django.contrib.sessions.backends.cache";
    EXPECT_THAT(session_engine_problems(settings), IsEmpty());
    settings.session_cache_alias = "sessions";
    EXPECT_THAT(
        session_engine_problems(settings),
        testing::ElementsAre(testing::AllOf(HasSubstr("SESSION_CACHE_ALIAS"), HasSubstr("sessions"))
        )
    );
    settings.caches["sessions"] = CacheSettings{};
    EXPECT_THAT(session_engine_problems(settings), IsEmpty());
}

} // namespace
} // namespace drf_messages::accounts
