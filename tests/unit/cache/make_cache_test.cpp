// SPDX-License-Identifier: MIT
#include "cache/make_cache.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#ifdef DRF_MESSAGES_HAS_REDIS
#include "cache/redis_options.hpp"
#endif

namespace {

using namespace drf_messages;
using namespace drf_messages::cache;
using namespace std::chrono_literals;
using Values = std::map<std::string, SettingValue>;

[[maybe_unused]] SettingValue text(const char* value) {
    return {std::string(value)};
}

std::string problem_of(const CacheSettings& settings) {
    try {
        make_cache(settings);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "none";
}

CacheSettings settings_of(const char* backend, const char* location, Values options = {}) {
    CacheSettings settings;
    settings.backend = backend;
    if (*location != '\0') {
        settings.location = {location};
    }
    settings.options = std::move(options);
    return settings;
}

TEST(MakeCache, NamesWhatItHasWhenABackendIsMissing) {
    EXPECT_THAT(
        problem_of(settings_of("django.core.cache.backends.db.DatabaseCache", "table")),
        testing::AllOf(
            testing::HasSubstr("DatabaseCache\" is not available in this build"),
            testing::HasSubstr("LocMemCache")
        )
    );
}

#ifdef DRF_MESSAGES_HAS_REDIS

constexpr auto django_redis = "django_redis.cache.RedisCache";

RedisOptions read(const char* location, Values options = {}) {
    return redis_options(settings_of(django_redis, location, std::move(options)));
}

TEST(RedisOptions, AreReadFromAUrl) {
    const auto full = read("redis://site:open%40sesame@Cache.example:6380/3");
    EXPECT_EQ(full.host, "cache.example");
    EXPECT_EQ(full.port, 6380);
    EXPECT_EQ(full.username, "site");
    EXPECT_EQ(full.password, "open@sesame");
    EXPECT_EQ(full.db, 3);
    const auto query = read("redis://:p:w@[::1]?db=2&socket_timeout=0.5&max_connections=7");
    EXPECT_EQ(query.host, "::1");
    EXPECT_EQ(query.port, 6379);
    EXPECT_EQ(query.username, "");
    EXPECT_EQ(query.password, "p:w");
    EXPECT_EQ(query.db, 2);
    EXPECT_EQ(query.command_timeout, 500ms);
    EXPECT_EQ(query.connect_timeout, 500ms);
    EXPECT_EQ(query.max_connections, 7U);
    const auto socket = read("unix://:pw@/run/redis%20one.sock?db=1");
    EXPECT_EQ(socket.unix_socket, "/run/redis one.sock");
    EXPECT_EQ(socket.password, "pw");
    EXPECT_EQ(socket.db, 1);
    EXPECT_EQ(read("redis://a/1,redis://b/2").host, "a");
    EXPECT_EQ(read("redis://localhost/none").db, 0);
}

TEST(RedisOptions, OfDjangoRedisGiveWayToTheUrl) {
    const Values options{
        {"PASSWORD", text("fromoptions")},
        {"SOCKET_CONNECT_TIMEOUT", {std::int64_t{3}}},
        {"SOCKET_TIMEOUT", {0.25}},
        {"CONNECTION_POOL_KWARGS",
         {SettingValue::Table{{"max_connections", {std::int64_t{5}}}, {"db", {std::int64_t{4}}}}}}};
    const auto own = read("redis://localhost:6379", options);
    EXPECT_EQ(own.password, "fromoptions");
    EXPECT_EQ(own.connect_timeout, 3s);
    EXPECT_EQ(own.command_timeout, 250ms);
    EXPECT_EQ(own.max_connections, 5U);
    EXPECT_EQ(own.db, 4);
    const auto url = read("redis://:fromurl@localhost/1?socket_timeout=2", options);
    EXPECT_EQ(url.password, "fromurl");
    EXPECT_EQ(url.command_timeout, 2s);
    EXPECT_EQ(url.db, 1);
}

TEST(RedisOptions, OfDjangosOwnBackendAreThoseOfThePool) {
    const auto options = redis_options(settings_of(
        "django.core.cache.backends.redis.RedisCache",
        "redis://one;redis://two",
        {{"db", text("10")}, {"username", text("u")}, {"password", text("p")}}
    ));
    EXPECT_EQ(options.host, "one");
    EXPECT_EQ(options.db, 10);
    EXPECT_EQ(options.username, "u");
    EXPECT_EQ(options.password, "p");
}

TEST(RedisOptions, ThatCanNotWorkAreProblemsThatShowNoSecret) {
    struct Row {
        const char* location;
        Values options;
        const char* problem;
    };
    const std::vector<Row> rows{
        {"", {}, "LOCATION: expected redis://HOST:PORT/DB or unix:///PATH?db=DB"},
        {"127.0.0.1:6379:1", {}, "LOCATION: expected redis://HOST:PORT/DB or unix:///PATH?db=DB"},
        {"rediss://:secret@h", {}, "LOCATION: TLS (rediss://) is not available in this build"},
        {"redis://:secret@h:99999", {}, "LOCATION: the port is no number up to 65535"},
        {"redis://h?sockettimeout=1",
         {},
         "LOCATION.sockettimeout is no setting; did you mean socket_timeout?"},
        {"unix://", {}, "LOCATION: the socket's path is missing"},
        {"redis://h",
         {{"PASSWORT", text("secret")}},
         "OPTIONS.PASSWORT is no setting; did you mean PASSWORD?"},
        {"redis://h", {{"PASSWORD", {std::int64_t{5}}}}, "OPTIONS.PASSWORD: expected text"},
        {"redis://h",
         {{"SOCKET_TIMEOUT", {std::int64_t{-1}}}},
         "OPTIONS.SOCKET_TIMEOUT: expected seconds (0 to 3600)"},
        {"redis://h/1",
         {{"DB", {std::int64_t{2}}}},
         "OPTIONS.DB: django_redis does not look at it; write the database into LOCATION"},
        {"redis://h",
         {{"CLIENT_CLASS", text("django_redis.client.HerdClient")}},
         "OPTIONS.CLIENT_CLASS: \"django_redis.client.HerdClient\" is not available; expected "
         "\"django_redis.client.DefaultClient\""},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(problem_of(settings_of(django_redis, row.location, row.options)), row.problem);
    }
    EXPECT_EQ(problem_of(settings_of(django_redis, "redis://h/2", {{"DB", text("2")}})), "none");
}

TEST(SessionRedisOptions, AreThoseOfDjangoRedisSessions) {
    const auto plain = session_redis_options(
        {{"host", text("h")},
         {"port", {std::int64_t{6400}}},
         {"db", {std::int64_t{2}}},
         {"password", text("p")},
         {"prefix", text("session")},
         {"socket_timeout", {std::int64_t{1}}},
         {"retry_on_timeout", {true}}}
    );
    EXPECT_EQ(plain.host, "h");
    EXPECT_EQ(plain.port, 6400);
    EXPECT_EQ(plain.db, 2);
    EXPECT_EQ(plain.password, "p");
    EXPECT_EQ(plain.command_timeout, 1s);
    EXPECT_TRUE(plain.retry_on_timeout);
    EXPECT_EQ(session_redis_options({}).host, "localhost");
    const auto url = session_redis_options(
        {{"url", text("redis://u/7")}, {"host", text("h")}, {"db", {std::int64_t{2}}}}
    );
    EXPECT_EQ(url.host, "u");
    EXPECT_EQ(url.db, 7);
    EXPECT_EQ(
        session_redis_options({{"unix_domain_socket_path", text("/run/r.sock")}}).unix_socket,
        "/run/r.sock"
    );
    EXPECT_THROW(session_redis_options({{"POOL", {SettingValue::Array{}}}}), std::invalid_argument);
    EXPECT_THROW(session_redis_options({{"hots", text("h")}}), std::invalid_argument);
}

#endif

#ifdef DRF_MESSAGES_HAS_MEMCACHED

TEST(MemcachedOptions, ThatCanNotWorkAreProblems) {
    struct Row {
        const char* backend;
        const char* location;
        Values options;
        const char* problem;
    };
    const std::vector<Row> rows{
        {"PyLibMCCache", "", {}, "LOCATION: expected HOST:PORT or unix:/PATH"},
        {"PyLibMCCache", "udp:127.0.0.1", {}, "LOCATION: memcached over UDP is not available"},
        {"PyLibMCCache", "h:port", {}, "LOCATION: a port or weight is no number in range"},
        {"PyMemcacheCache", "h:11211:5", {}, "LOCATION: expected HOST:PORT or unix:/PATH"},
        {"PyLibMCCache",
         "h",
         {{"binary", {true}}, {"username", text("u")}, {"password", text("p")}},
         "OPTIONS.username: logging in at memcached (SASL) is not available"},
        {"PyLibMCCache",
         "h",
         {{"behaviors", {SettingValue::Table{{"num_replicas", {std::int64_t{1}}}}}}},
         "OPTIONS.behaviors.num_replicas: is not available; leave it out"},
        {"PyLibMCCache",
         "h",
         {{"behaviors", {SettingValue::Table{{"hash", text("sha")}}}}},
         "OPTIONS.behaviors.hash: pylibmc has no such value"},
        {"PyMemcacheCache",
         "h",
         {{"conect_timeout", {1.0}}},
         "OPTIONS.conect_timeout is no setting; did you mean connect_timeout?"},
    };
    for (const auto& row : rows) {
        const std::string backend =
            "django.core.cache.backends.memcached." + std::string(row.backend);
        EXPECT_EQ(problem_of(settings_of(backend.c_str(), row.location, row.options)), row.problem);
    }
    auto prefixed = settings_of("django.core.cache.backends.memcached.PyLibMCCache", "h");
    prefixed.key_prefix = "my site";
    EXPECT_THAT(problem_of(prefixed), testing::StartsWith("KEY_PREFIX: "));
}

#endif

} // namespace
