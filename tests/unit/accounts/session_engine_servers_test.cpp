// SPDX-License-Identifier: MIT
#include "session_engine_stories.hpp"
#include "support/raw_stores.hpp"

#include <gmock/gmock.h>

namespace drf_messages::accounts {
namespace {

std::string redis_url() {
    return "redis://" + test::server_address("DRF_MESSAGES_TEST_REDIS") + "/1";
}

EngineCase
on_cache(std::string name, std::string engine, std::string backend, std::string (*location)()) {
    return {std::move(name), [=](Settings& settings, const std::filesystem::path&) {
                settings.session_engine = "django.contrib.sessions.backends." + engine;
                settings.session_cache_alias = "sessions";
                CacheSettings& cache = settings.caches["sessions"];
                cache.backend = backend;
                cache.location = {location()};
            }};
}

std::string memcached_address() {
    return test::server_address("DRF_MESSAGES_TEST_MEMCACHED");
}

void set_up_redis_sessions(Settings& settings, const std::filesystem::path&) {
    const std::string address = test::server_address("DRF_MESSAGES_TEST_REDIS");
    const std::size_t colon = address.rfind(':');
    settings.session_engine = "redis_sessions.session";
    settings.session_redis["host"].value = address.substr(0, colon);
    settings.session_redis["port"].value =
        static_cast<std::int64_t>(std::stoll(address.substr(colon + 1)));
}

INSTANTIATE_TEST_SUITE_P(
    OnServers,
    SessionEngines,
    testing::Values(
        on_cache("redis", "cache", "django_redis.cache.RedisCache", redis_url),
        on_cache("builtinredis", "cache", "django.core.cache.backends.redis.RedisCache", redis_url),
        on_cache(
            "pylibmc",
            "cache",
            "django.core.cache.backends.memcached.PyLibMCCache",
            memcached_address
        ),
        on_cache(
            "pymemcache",
            "cache",
            "django.core.cache.backends.memcached.PyMemcacheCache",
            memcached_address
        ),
        on_cache("cacheddbredis", "cached_db", "django_redis.cache.RedisCache", redis_url),
        on_cache(
            "cacheddbpylibmc",
            "cached_db",
            "django.core.cache.backends.memcached.PyLibMCCache",
            memcached_address
        ),
        EngineCase{"redissessions", set_up_redis_sessions}
    ),
    [](const auto& engine) { return engine.param.name; }
);

std::string nobody() {
    return "127.0.0.1:1";
}

std::string no_redis() {
    return "redis://127.0.0.1:1/1";
}

void set_up_dead_redis_sessions(Settings& settings, const std::filesystem::path&) {
    settings.session_engine = "redis_sessions.session";
    settings.session_redis["host"].value = "127.0.0.1";
    settings.session_redis["port"].value = std::int64_t{1};
}

TEST(SessionsOfADeadServer, AreNeitherThereNorAbsent) {
    for (const EngineCase& engine_case :
         {on_cache("redis", "cache", "django_redis.cache.RedisCache", no_redis),
          on_cache("pylibmc", "cache", "django.core.cache.backends.memcached.PyLibMCCache", nobody),
          on_cache("cacheddb", "cached_db", "django_redis.cache.RedisCache", no_redis),
          EngineCase{"redissessions", set_up_dead_redis_sessions}}) {
        SCOPED_TRACE(engine_case.name);
        test::Given given;
        Settings settings;
        settings.secret_key = "a-key-of-the-tests";
        engine_case.set_up(settings, {});
        const auto cache = cache::make_cache(settings.caches[settings.session_cache_alias]);
        const auto engine = make_session_engine(settings, given.clock(), {cache.get()});
        const ConnectionSource connection = [&]() -> sql::Connection& {
            return given.connection();
        };
        const std::string key = given.session("annsession0000000001", "", given.now);
        EXPECT_THROW(engine->load(connection, key), cache::Error);
        EXPECT_THROW(engine->remove(connection, key), cache::Error);
        EXPECT_THAT(
            explained(*engine, connection, key),
            testing::ElementsAre(testing::AllOf(
                testing::StartsWith("stop "), testing::EndsWith("; requests are answered with 503")
            ))
        );
        // Whoever could not be logged out is still logged in, and knows.
        EXPECT_EQ(test::number(given.connection(), "SELECT count(*) FROM django_session"), 1);
    }
}

/// Without a prefix the keys of sessions are those of the whole server.
class RedisSessions : public testing::Test {
protected:
    RedisSessions() {
        settings.secret_key = "a-key-of-the-tests";
        set_up_redis_sessions(settings, {});
        engine = make_session_engine(settings, given.clock());
        redis.command({"FLUSHDB"});
    }

    ConnectionSource connection() {
        return [this]() -> sql::Connection& { return given.connection(); };
    }

    test::Given given;
    Settings settings;
    test::RawRedis redis{0};
    std::unique_ptr<SessionEngine> engine;
};

TEST_F(RedisSessions, AreExplained) {
    Session session(
        *engine, settings, given.clock(), crypto::system_random_bytes, connection(), std::nullopt
    );
    session.set_text("color", "red");
    session.save();
    const std::string key = session.session_key().value();
    EXPECT_THAT(
        explained(*engine, connection(), key),
        testing::ElementsAre(
            "ok SESSION_REDIS has it", "ok signed with SECRET_KEY", R"({"color":"red"})"
        )
    );

    settings.session_redis["prefix"].value = std::string("shop");
    engine = make_session_engine(settings, given.clock());
    const std::string stop =
        "stop SESSION_REDIS (prefix \"shop:\") has no such session: it has expired or whoever had "
        "it has logged out, or the server, db or prefix is another one where it was made";
    EXPECT_THAT(explained(*engine, connection(), key), testing::ElementsAre(stop));
    given.session(key, "", given.now);
    EXPECT_THAT(
        explained(*engine, connection(), key),
        testing::ElementsAre(
            "note the table django_session has it: SESSION_ENGINE is db or cached_db where it was "
            "made",
            stop
        )
    );
}

TEST_F(RedisSessions, TouchNoKeyThatIsNoSessions) {
    for (const char* key : {"celery-task-meta-0001", "Some:Other:Key", "queue default"}) {
        redis.command({"SET", key, "theirs"});
        Session session(
            *engine, settings, given.clock(), crypto::system_random_bytes, connection(), key
        );
        session.set_text("x", "1");
        session.save();
        EXPECT_NE(session.session_key(), key);
        engine->remove(connection(), key);
        EXPECT_EQ(redis.command({"GET", key}), "theirs");
    }
}

TEST_F(RedisSessions, DeleteNothingThatIsNoSessionAlthoughItsKeyLooksLikeOne) {
    redis.command({"SET", "queuejobs1", "theirs"});
    engine->remove(connection(), "queuejobs1");
    EXPECT_EQ(redis.command({"GET", "queuejobs1"}), "theirs");

    Session session(
        *engine, settings, given.clock(), crypto::system_random_bytes, connection(), std::nullopt
    );
    session.set_text("x", "1");
    session.save();
    const std::string key = session.session_key().value();
    EXPECT_EQ(redis.command({"EXISTS", key}), "1");
    engine->remove(connection(), key);
    EXPECT_EQ(redis.command({"EXISTS", key}), "0");
}

TEST_F(RedisSessions, WithObjectsThatAreNotBuiltHereAreReadAndStayAsTheyAreStored) {
    settings.session_serializer = test::pickle_serializer;
    engine = make_session_engine(settings, given.clock());
    const std::string key = "foreignsession000000000000000001";
    const std::string text = test::signed_foreign_session(
        {{"_auth_user_id", "7"}, {"colour", "blue"}}, settings.secret_key, given.now
    );
    redis.command({"SET", key, text, "EX", "60"});
    Session session(
        *engine, settings, given.clock(), crypto::system_random_bytes, connection(), key
    );
    EXPECT_EQ(session.find_text("_auth_user_id"), "7");
    session.set_text("colour", "red");
    EXPECT_EQ(session.refusals().size(), 1U);
    session.save();
    EXPECT_EQ(redis.command({"GET", key}), text);
    EXPECT_GT(std::stod(redis.command({"TTL", key}).value()), 61);

    const SessionExpiry forever{cache::cache_forever, given.now};
    EXPECT_EQ(engine->touch(connection(), key, forever), key);
    EXPECT_EQ(redis.command({"TTL", key}), "-1");
    const SessionExpiry over{std::chrono::seconds(-1), given.now};
    EXPECT_EQ(engine->touch(connection(), key, over), key);
    EXPECT_EQ(redis.command({"EXISTS", key}), "0");
    EXPECT_EQ(engine->touch(connection(), key, forever), std::nullopt);
    EXPECT_EQ(redis.command({"EXISTS", key}), "0");
}

TEST_F(RedisSessions, LiveAsLongAsTheirContentSays) {
    Session session(
        *engine, settings, given.clock(), crypto::system_random_bytes, connection(), std::nullopt
    );
    session.set_expiry(std::chrono::seconds(300));
    session.save();
    const auto left = redis.command({"TTL", session.session_key().value()});
    EXPECT_NEAR(std::stod(left.value()), 300, 5);
}

} // namespace
} // namespace drf_messages::accounts
