// SPDX-License-Identifier: MIT
#include "cache/make_cache.hpp"
#include "cache/redis_client.hpp"
#include "fake_server.hpp"
#include "own_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <map>
#include <thread>
#include <vector>

namespace {

using namespace drf_messages;
using namespace drf_messages::cache;
using namespace std::chrono_literals;

constexpr auto redis_variable = "DRF_MESSAGES_TEST_REDIS";
constexpr auto memcached_variable = "DRF_MESSAGES_TEST_MEMCACHED";
constexpr auto django_redis = "django_redis.cache.RedisCache";
constexpr auto pylibmc = "django.core.cache.backends.memcached.PyLibMCCache";

CacheSettings settings_of(const char* backend, const std::string& location) {
    CacheSettings settings;
    settings.backend = backend;
    settings.location = {location};
    return settings;
}

std::vector<std::string> redis_on_a_socket(std::vector<std::string> more = {}) {
    std::vector<std::string> command{
        "redis-server", "--port", "0", "--unixsocket", "{}", "--save", "", "--appendonly", "no"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

std::vector<std::string> memcached_on_a_socket() {
    std::vector<std::string> command{"memcached", "-s", "{}"};
    if (::geteuid() == 0) {
        command.insert(command.end(), {"-u", "root"});
    }
    return command;
}

/// A backend, and where the server is that the tests share. A key prefix of its own for each test
/// keeps them apart.
struct Backend {
    const char* name;
    const char* backend;
    const char* variable;
    const char* scheme;
    /// Patience: on a busy machine an answer takes its time.
    std::map<std::string, SettingValue> options;
};

const SettingValue a_minute{std::int64_t{60}};
const SettingValue a_minute_of_milliseconds{std::int64_t{60'000}};

class SharedCache : public testing::TestWithParam<Backend> {
protected:
    CacheSettings settings() const {
        auto result = settings_of(
            GetParam().backend, GetParam().scheme + running_server(GetParam().variable)
        );
        result.key_prefix = testing::UnitTest::GetInstance()->current_test_info()->name();
        std::erase(result.key_prefix, '/');
        result.options = GetParam().options;
        return result;
    }
    std::unique_ptr<Cache> cache_ = make_cache(settings());
};

TEST_P(SharedCache, AChildProcessHasConnectionsOfItsOwn) {
    const auto ask = [this](const std::string& who) {
        bool right = true;
        for (int i = 0; i < 200; ++i) {
            const Entry entry{who + std::to_string(i)};
            cache_->set(who, entry, 60s);
            right = right && cache_->get(who) == entry;
        }
        return right;
    };
    const auto child = [](const std::function<bool()>& work) {
        const pid_t process = ::fork();
        if (process == 0) {
            bool right = false;
            try {
                right = work();
            } catch (const std::exception&) {
                // The parent is told by the code.
            }
            ::_exit(right ? 0 : 1);
        }
        return process;
    };
    EXPECT_TRUE(ask("parent"));
    std::vector<pid_t> children;
    for (const char* const who : {"one", "two"}) {
        children.push_back(child([&] { return ask(who); }));
    }
    children.push_back(child([&] {
        cache_.reset();
        return true;
    }));
    EXPECT_TRUE(ask("parent"));
    for (const pid_t process : children) {
        int status = -1;
        ::waitpid(process, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_TRUE(ask("parent"));
}

TEST_P(SharedCache, KeepsWhatItIsGiven) {
    EXPECT_EQ(cache_->get("a"), std::nullopt);
    cache_->set("a", {"1"}, 60s);
    EXPECT_EQ(cache_->get("a"), Entry{"1"});
    cache_->set("a", {"2"}, cache_forever);
    EXPECT_EQ(cache_->get("a"), Entry{"2"});
    cache_->set("a", {"3"}, std::chrono::seconds::max());
    EXPECT_EQ(cache_->get("a"), Entry{"3"});
    cache_->set("a", {"4"}, 24h * 365);
    EXPECT_EQ(cache_->get("a"), Entry{"4"});
    EXPECT_TRUE(cache_->remove("a"));
    EXPECT_FALSE(cache_->remove("a"));
    EXPECT_EQ(cache_->get("a"), std::nullopt);
}

TEST_P(SharedCache, AddsOnlyWhatIsNotThere) {
    EXPECT_TRUE(cache_->add("a", {"1"}, 60s));
    EXPECT_FALSE(cache_->add("a", {"2"}, 60s));
    EXPECT_EQ(cache_->get("a"), Entry{"1"});
    EXPECT_FALSE(cache_->add("a", {"3"}, 0s));
    EXPECT_TRUE(cache_->add("b", {"3"}, 0s));
    EXPECT_EQ(cache_->get("b"), std::nullopt);
    EXPECT_TRUE(cache_->add("c", {"4"}, cache_forever));
}

TEST_P(SharedCache, ForgetsWhatIsTooOld) {
    cache_->set("a", {"1"}, 1s);
    cache_->set("b", {"2"}, 60s);
    cache_->set("b", {"3"}, 0s);
    EXPECT_EQ(cache_->get("b"), std::nullopt);
    const Stopwatch watch;
    while (cache_->get("a") && watch.elapsed() < 10s) {
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_EQ(cache_->get("a"), std::nullopt);
}

TEST_P(SharedCache, TakesAnyBytesAndManyOfThem) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    std::string large;
    while (large.size() < 1'000'000) {
        large += all;
    }
    for (const auto& bytes : {std::string(), all, std::string("\r\nEND\r\n"), large}) {
        cache_->set("a", {bytes}, 60s);
        const auto entry = cache_->get("a");
        ASSERT_TRUE(entry);
        EXPECT_TRUE(entry->bytes == bytes) << bytes.size();
    }
}

TEST_P(SharedCache, TakesAnyKey) {
    const std::vector<std::string> keys{
        std::string("nul\0and more", 12),
        "line\r\nset :1:x 0 0 1\r\nx",
        "with spaces",
        "\xff\xfe not UTF-8",
        std::string(5000, 'k'),
        std::string(4999, 'k') + "l",
        ""};
    for (std::size_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(cache_->get(keys[i]), std::nullopt);
        cache_->set(keys[i], {std::to_string(i)}, 60s);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(cache_->get(keys[i]), Entry{std::to_string(i)});
        EXPECT_TRUE(cache_->remove(keys[i]));
    }
}

TEST_P(SharedCache, DoesNotMixPrefixesAndVersions) {
    auto other_prefix = settings();
    other_prefix.key_prefix += "2";
    auto other_version = settings();
    other_version.version = 2;
    const auto second = make_cache(other_prefix);
    const auto third = make_cache(other_version);
    cache_->set("a", {"1"}, 60s);
    second->set("a", {"2"}, 60s);
    third->set("a", {"3"}, 60s);
    EXPECT_EQ(cache_->get("a"), Entry{"1"});
    EXPECT_EQ(second->get("a"), Entry{"2"});
    EXPECT_EQ(third->get("a"), Entry{"3"});
    EXPECT_EQ(make_cache(settings())->get("a"), Entry{"1"});
}

TEST_P(SharedCache, LosesNoUpdateOfSeveralServersOfOurs) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([this] {
            const auto own = make_cache(settings());
            for (int i = 0; i < 100; ++i) {
                own->update("count", 60s, [](const std::optional<Entry>& entry) {
                    return std::optional(Entry{
                        std::to_string(entry ? std::stoi(entry->bytes) + 1 : 1)});
                });
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(cache_->get("count"), Entry{"400"});
}

TEST_P(SharedCache, UpdateLeavesTheEntryAloneWhenTheChangeIsAbsent) {
    cache_->set("a", {"1"}, 60s);
    cache_->update("a", 60s, [](const auto& entry) -> std::optional<Entry> {
        EXPECT_EQ(entry, Entry{"1"});
        return std::nullopt;
    });
    EXPECT_EQ(cache_->get("a"), Entry{"1"});
    cache_->update("a", 0s, [](const auto&) { return std::optional(Entry{"2"}); });
    EXPECT_EQ(cache_->get("a"), std::nullopt);
    cache_->update("a", cache_forever, [](const auto&) { return std::optional(Entry{"3"}); });
    EXPECT_EQ(cache_->get("a"), Entry{"3"});
}

TEST_P(SharedCache, CountsAsManyAsTheRateSaysWhoeverCounts) {
    const model::Rate rate{10, 60s};
    std::atomic<int> counted = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([this, &rate, &counted, thread] {
            const auto own = make_cache(settings());
            for (int i = 0; i < 5; ++i) {
                const std::string mark = fmt::format("{}x{}", thread, i);
                if (!own->count("k", rate, mark)) {
                    own->fail("k", rate, mark);
                    ++counted;
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(counted, 10);
    const auto wait = cache_->count("k", rate, "late");
    ASSERT_TRUE(wait);
    EXPECT_GT(*wait, 0s);
    EXPECT_LE(*wait, 61s);
    EXPECT_EQ(cache_->count("another", rate, "first"), std::nullopt);
    EXPECT_EQ(cache_->count("none at all", {0, 60s}, "first"), 60s);
}

TEST_P(SharedCache, CountsNoMoreWhatIsTakenBack) {
    const model::Rate rate{1, 60s};
    EXPECT_EQ(cache_->count("k", rate, "a"), std::nullopt);
    EXPECT_TRUE(cache_->count("k", rate, "b"));
    cache_->take_back("k", rate, "b"); // which was not counted
    EXPECT_TRUE(cache_->count("k", rate, "b"));
    cache_->take_back("k", rate, "a");
    EXPECT_EQ(cache_->count("k", rate, "b"), std::nullopt);
    EXPECT_TRUE(cache_->count("k", rate, "c"));
}

TEST_P(SharedCache, TellsAttemptsUnderWayFromThoseThatHaveFailed) {
    const model::Rate rate{2, 60s};
    EXPECT_EQ(cache_->count("k", rate, "a"), std::nullopt);
    EXPECT_EQ(cache_->count("k", rate, "b"), std::nullopt);
    EXPECT_EQ(cache_->count("k", rate, "c"), 0s);
    cache_->fail("k", rate, "a");
    EXPECT_EQ(cache_->count("k", rate, "c"), 0s);
    cache_->take_back("k", rate, "b");
    EXPECT_EQ(cache_->count("k", rate, "c"), std::nullopt);
    cache_->fail("k", rate, "c");
    cache_->fail("k", rate, "d"); // which was not counted
    EXPECT_GT(cache_->count("k", rate, "d"), 50s);
}

TEST_P(SharedCache, CountsOnceWhatIsAskedAgain) {
    const model::Rate rate{2, 60s};
    EXPECT_EQ(cache_->count("k", rate, "a"), std::nullopt);
    EXPECT_EQ(cache_->count("k", rate, "a"), std::nullopt);
    EXPECT_EQ(cache_->count("k", rate, "b"), std::nullopt);
    EXPECT_EQ(cache_->count("k", rate, "a"), std::nullopt);
    EXPECT_TRUE(cache_->count("k", rate, "c"));
    cache_->take_back("k", rate, "a");
    EXPECT_EQ(cache_->count("k", rate, "c"), std::nullopt);
}

TEST_P(SharedCache, CountsInAnySpanOfTheTime) {
    const model::Rate rate{2, 1s};
    EXPECT_EQ(cache_->count("k", rate, "a"), std::nullopt);
    EXPECT_EQ(cache_->count("k", rate, "b"), std::nullopt);
    cache_->fail("k", rate, "a");
    cache_->fail("k", rate, "b");
    while (const auto wait = cache_->count("k", rate, "c")) {
        EXPECT_GT(*wait, 0s);
        std::this_thread::sleep_for(*wait);
    }
}

INSTANTIATE_TEST_SUITE_P(
    On,
    SharedCache,
    testing::Values(
        Backend{
            "redis",
            django_redis,
            redis_variable,
            "redis://",
            {{"SOCKET_TIMEOUT", a_minute}, {"SOCKET_CONNECT_TIMEOUT", a_minute}}},
        Backend{
            "djangoredis",
            "django.core.cache.backends.redis.RedisCache",
            redis_variable,
            "redis://",
            {{"socket_timeout", a_minute}, {"socket_connect_timeout", a_minute}}},
        Backend{
            "pylibmc",
            pylibmc,
            memcached_variable,
            "",
            {{"behaviors",
              {SettingValue::Table{
                  {"_poll_timeout", a_minute_of_milliseconds},
                  {"connect_timeout", a_minute_of_milliseconds}}}}}},
        Backend{
            "pymemcache",
            "django.core.cache.backends.memcached.PyMemcacheCache",
            memcached_variable,
            "",
            {{"timeout", a_minute}, {"connect_timeout", a_minute}}}
    ),
    [](const auto& param) { return param.param.name; }
);

TEST(MemcachedServer, KeepsFlags) {
    const auto cache = make_cache(settings_of(pylibmc, running_server(memcached_variable)));
    cache->set("flags", {"1", 0xffffffff}, 60s);
    EXPECT_EQ(cache->get("flags"), (Entry{"1", 0xffffffff}));
    cache->update("flags", 60s, [](const auto&) { return std::optional(Entry{"2", 16}); });
    EXPECT_EQ(cache->get("flags"), (Entry{"2", 16}));
}

TEST(MemcachedServer, ForgetsTheOldEntryWhenTheNewOneIsTooLarge) {
    const auto cache = make_cache(settings_of(pylibmc, running_server(memcached_variable)));
    cache->set("large", {"small"}, 60s);
    EXPECT_THROW(cache->set("large", {std::string(2'000'000, 'x')}, 60s), Error);
    EXPECT_EQ(cache->get("large"), std::nullopt);
}

TEST(RedisServer, KeepsDatabasesApart) {
    const std::string server = "redis://" + running_server(redis_variable);
    const auto first = make_cache(settings_of(django_redis, server + "/1"));
    const auto second = make_cache(settings_of(django_redis, server + "?db=2"));
    first->set("db", {"1"}, 60s);
    EXPECT_EQ(second->get("db"), std::nullopt);
    second->set("db", {"2"}, 60s);
    EXPECT_EQ(first->get("db"), Entry{"1"});
}

TEST(RedisServer, RefusesADatabaseThatItDoesNotHave) {
    const auto cache =
        make_cache(settings_of(django_redis, "redis://" + running_server(redis_variable) + "/99"));
    EXPECT_THROW(cache->get("a"), Error);
}

TEST(RedisServer, IsReachedThroughASocketWithAPassword) {
    OwnServer server(redis_on_a_socket({"--requirepass", "open sesame"}));
    const auto cache =
        make_cache(settings_of(django_redis, "unix://:open%20sesame@" + server.socket() + "?db=1"));
    cache->set("a", {"1"}, 60s);
    EXPECT_EQ(cache->get("a"), Entry{"1"});
    const auto user =
        make_cache(settings_of(django_redis, "unix://default:open%20sesame@" + server.socket()));
    EXPECT_EQ(user->get("a"), std::nullopt);
}

TEST(RedisServer, SaysThatThePasswordIsWrongAndNotWhichItWas) {
    OwnServer server(redis_on_a_socket({"--requirepass", "opensesame"}));
    const auto error_of = [&](const std::string& user) -> std::string {
        try {
            make_cache(settings_of(django_redis, "unix://" + user + server.socket()))->get("mykey");
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    for (const auto& text : {error_of(":closesesame@"), error_of("site:closesesame@")}) {
        EXPECT_EQ(text, "Redis refuses: WRONGPASS");
    }
    EXPECT_EQ(error_of(""), "Redis refuses: NOAUTH");
}

TEST(RedisServer, DoesTheCommandsOfSessions) {
    OwnServer server(redis_on_a_socket());
    RedisOptions options;
    options.unix_socket = server.socket();
    RedisClient client(options);
    EXPECT_FALSE(client.replace("k", "0", 60s));
    EXPECT_TRUE(client.add("k", "1", 60s));
    EXPECT_FALSE(client.add("k", "2", 60s));
    EXPECT_TRUE(client.exists("k"));
    EXPECT_TRUE(client.replace("k", "3", cache_forever));
    EXPECT_EQ(client.get("k"), "3");
    EXPECT_FALSE(client.exchange("k", "2", "4", 60s));
    EXPECT_FALSE(client.exchange("k", std::nullopt, "4", 60s));
    EXPECT_TRUE(client.exchange("k", "3", "4", 60s));
    EXPECT_EQ(client.get("k"), "4");
    EXPECT_TRUE(client.remove("k"));
    EXPECT_TRUE(client.exchange("k", std::nullopt, "5", cache_forever));
    EXPECT_EQ(client.command({"TTL", "k"}), RedisReply(std::int64_t{-1}));
    EXPECT_TRUE(client.exchange("k", "5", "6", 60s));
    const auto ttl = std::get<std::int64_t>(client.command({"PTTL", "k"}));
    EXPECT_GT(ttl, 50'000);
    EXPECT_LE(ttl, 60'000);
    client.command({"RPUSH", "list", "1"});
    EXPECT_THROW(client.get("list"), Error);
    EXPECT_EQ(client.get("k"), "6");
}

/// Threads that read and write all the time; each key holds itself.
class Load {
public:
    explicit Load(Cache& cache) {
        for (int thread = 0; thread < 4; ++thread) {
            threads_.emplace_back([this, &cache, thread] {
                for (int i = 0; !ending_; ++i) {
                    const std::string key = std::to_string(thread) + "-" + std::to_string(i % 50);
                    const Stopwatch watch;
                    try {
                        cache.set(key, {key}, 60s);
                        const auto entry = cache.get(key);
                        ++answers_;
                        strangers_ += entry && entry->bytes != key ? 1 : 0;
                    } catch (const Error&) {
                        ++errors_;
                        std::this_thread::sleep_for(1ms);
                    }
                    std::lock_guard lock(mutex_);
                    longest_ = std::max(longest_, watch.elapsed());
                }
            });
        }
    }
    ~Load() { end(); }

    void end() {
        ending_ = true;
        for (auto& thread : threads_) {
            if (thread.joinable()) {
                thread.join();
            }
        }
    }
    /// Until every thread can have been answered; false when that does not happen.
    bool answered_again() {
        const long before = answers_;
        for (const Stopwatch watch; watch.elapsed() < 1min;) {
            if (answers_ > before + 50) {
                return true;
            }
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }
    bool fails() {
        const long before = errors_;
        for (const Stopwatch watch; watch.elapsed() < 1min;) {
            if (errors_ > before + 50) {
                return true;
            }
            std::this_thread::sleep_for(10ms);
        }
        return false;
    }
    long strangers() const { return strangers_; }
    std::chrono::milliseconds longest() {
        std::lock_guard lock(mutex_);
        return longest_;
    }

private:
    std::atomic<bool> ending_ = false;
    std::atomic<long> answers_ = 0;
    std::atomic<long> errors_ = 0;
    std::atomic<long> strangers_ = 0;
    std::mutex mutex_;
    std::chrono::milliseconds longest_{0};
    std::vector<std::thread> threads_;
};

void outlives_its_server(OwnServer& server, const CacheSettings& settings) {
    const auto cache = make_cache(settings);
    Load load(*cache);
    EXPECT_TRUE(load.answered_again());
    server.kill();
    EXPECT_TRUE(load.fails());
    server.start();
    EXPECT_TRUE(load.answered_again());
    server.freeze();
    EXPECT_TRUE(load.fails());
    server.thaw();
    EXPECT_TRUE(load.answered_again());
    load.end();
    EXPECT_EQ(load.strangers(), 0);
    EXPECT_LT(load.longest(), 30s);
}

TEST(RedisServer, MayDieHangAndComeBackUnderLoad) {
    OwnServer server(redis_on_a_socket());
    outlives_its_server(server, settings_of(django_redis, "unix://" + server.socket()));
}

TEST(MemcachedServer, MayDieHangAndComeBackUnderLoad) {
    OwnServer server(memcached_on_a_socket());
    outlives_its_server(server, settings_of(pylibmc, "unix:" + server.socket()));
}

TEST(RedisServer, ThatIsRestartedBetweenTwoRequestsIsNotNoticed) {
    OwnServer server(redis_on_a_socket());
    const auto cache = make_cache(settings_of(django_redis, "unix://" + server.socket()));
    cache->set("a", {"1"}, 60s);
    server.kill();
    server.start();
    EXPECT_EQ(cache->get("a"), std::nullopt);
}

TEST(RedisServer, ThatIsNotThereHoldsNothingForAForgivingCache) {
    auto settings = settings_of(django_redis, "unix:///nowhere/redis.sock");
    settings.options["IGNORE_EXCEPTIONS"] = {true};
    const auto cache = make_cache(settings);
    cache->set("a", {"1"}, 60s);
    EXPECT_EQ(cache->get("a"), std::nullopt);
    EXPECT_FALSE(cache->remove("a"));
    int asked = 0;
    cache->update("a", 60s, [&](const auto& entry) {
        ++asked;
        return entry;
    });
    EXPECT_EQ(asked, 1);
    EXPECT_THROW(cache->add("a", {"1"}, 60s), Error);
}

} // namespace
