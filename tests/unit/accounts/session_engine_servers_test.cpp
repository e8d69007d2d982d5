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
