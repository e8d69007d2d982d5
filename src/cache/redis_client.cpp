// SPDX-License-Identifier: MIT
#include "cache/redis_client.hpp"

#include "cache/redis_connection.hpp"
#include "cache/server.hpp"

#include <algorithm>
#include <utility>

namespace drf_messages::cache {
namespace {

using std::chrono::milliseconds;

/// Redis compares and sets in one step; ARGV: "1" when a value is expected, that value, the new
/// one, and its life in milliseconds, "0" for ever.
constexpr std::string_view exchange_script = R"(
local now = redis.call('GET', KEYS[1])
if ARGV[1] == '1' then
  if now ~= ARGV[2] then return 0 end
elseif now then
  return 0
end
if ARGV[4] == '0' then
  redis.call('SET', KEYS[1], ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
end
return 1
)";

/// ARGV: how many may fail, in how many microseconds, the mark, and for how many microseconds one
/// may be under way. Answers how many microseconds are left until another one may be, -1 where
/// those under way decide, 0 when this one is counted: perhaps by an earlier question whose answer
/// was lost. What is ahead of Redis's clock was counted before that was set back.
constexpr std::string_view count_script = R"(
local failed, under_way = KEYS[1], KEYS[2]
local most, life, mark, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for _, left in ipairs(redis.call('ZRANGEBYSCORE', under_way, '-inf', now - longest)) do
  redis.call('ZADD', failed, redis.call('ZSCORE', under_way, left), left)
  redis.call('PEXPIRE', failed, math.ceil(life / 1000))
  redis.call('ZREM', under_way, left)
end
for _, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - life)
  redis.call('ZREMRANGEBYSCORE', key, now + 1, '+inf')
end
if redis.call('ZSCORE', under_way, mark) then return 0 end
if most == 0 then return life end
local free = most - redis.call('ZCARD', failed)
if free <= 0 then
  return tonumber(redis.call('ZRANGE', failed, -most, -most, 'WITHSCORES')[2]) + life - now
end
if redis.call('ZCARD', under_way) >= free then return -1 end
redis.call('ZADD', under_way, now, mark)
redis.call('PEXPIRE', under_way, math.ceil(life / 1000))
return 0
)";

/// ARGV: the mark, and for how many milliseconds it counts.
constexpr std::string_view fail_script = R"(
local failed, under_way = KEYS[1], KEYS[2]
local when = redis.call('ZSCORE', under_way, ARGV[1])
if when then
  redis.call('ZREM', under_way, ARGV[1])
  redis.call('ZADD', failed, when, ARGV[1])
  redis.call('PEXPIRE', failed, ARGV[2])
end
return 0
)";

std::string under_way(std::string_view key) {
    return std::string(key) + ".under_way";
}

std::int64_t number(const RedisReply& reply) {
    const auto* value = std::get_if<std::int64_t>(&reply);
    if (value == nullptr) {
        throw Error("Redis answers something else than a number");
    }
    return *value;
}

} // namespace

struct RedisClient::Parts {
    explicit Parts(RedisOptions with)
        : options(std::move(with)),
          server(
              "Redis",
              [this] { return std::make_unique<RedisConnection>(options); },
              options.max_connections,
              options.command_timeout,
              options.retry_on_timeout
          ) {}

    RedisOptions options;
    Server<RedisConnection> server;
};

RedisClient::RedisClient(RedisOptions options)
    : parts_(std::make_unique<Parts>(std::move(options))) {}

RedisClient::~RedisClient() = default;

RedisReply RedisClient::command(std::initializer_list<std::string_view> words) {
    return parts_->server.ask([&](RedisConnection& connection, SocketStream::Deadline deadline) {
        return connection.command(words, deadline);
    });
}

std::optional<std::string> RedisClient::get(std::string_view key) {
    auto reply = command({"GET", key});
    if (auto* bytes = std::get_if<std::string>(&reply)) {
        return std::move(*bytes);
    }
    return std::nullopt;
}

void RedisClient::set(std::string_view key, std::string_view value, milliseconds timeout) {
    if (timeout <= milliseconds::zero()) {
        remove(key);
    } else if (timeout >= cache_forever) {
        command({"SET", key, value});
    } else {
        command({"SET", key, value, "PX", std::to_string(timeout.count())});
    }
}

bool RedisClient::add(std::string_view key, std::string_view value, milliseconds timeout) {
    if (timeout <= milliseconds::zero()) {
        return !exists(key);
    }
    const auto reply =
        timeout >= cache_forever
            ? command({"SET", key, value, "NX"})
            : command({"SET", key, value, "PX", std::to_string(timeout.count()), "NX"});
    return std::holds_alternative<std::string>(reply);
}

bool RedisClient::replace(std::string_view key, std::string_view value, milliseconds timeout) {
    if (timeout <= milliseconds::zero()) {
        return remove(key);
    }
    const auto reply =
        timeout >= cache_forever
            ? command({"SET", key, value, "XX"})
            : command({"SET", key, value, "PX", std::to_string(timeout.count()), "XX"});
    return std::holds_alternative<std::string>(reply);
}

bool RedisClient::expire(std::string_view key, milliseconds timeout) {
    if (timeout <= milliseconds::zero()) {
        return remove(key);
    }
    if (timeout >= cache_forever) {
        command({"PERSIST", key});
        return exists(key);
    }
    return number(command({"PEXPIRE", key, std::to_string(timeout.count())})) > 0;
}

bool RedisClient::remove(std::string_view key) {
    return number(command({"DEL", key})) > 0;
}

bool RedisClient::exists(std::string_view key) {
    return number(command({"EXISTS", key})) > 0;
}

bool RedisClient::exchange(
    std::string_view key,
    const std::optional<std::string>& expected,
    std::string_view value,
    milliseconds timeout
) {
    if (timeout <= milliseconds::zero()) {
        remove(key);
        return true;
    }
    const std::string life = timeout >= cache_forever ? "0" : std::to_string(timeout.count());
    const std::string_view before = expected ? std::string_view(*expected) : std::string_view();
    const auto reply =
        command({"EVAL", exchange_script, "1", key, expected ? "1" : "0", before, value, life});
    return number(reply) == 1;
}

std::optional<std::chrono::microseconds>
RedisClient::count(std::string_view key, const model::Rate& rate, std::string_view mark) {
    using std::chrono::microseconds;
    const auto reply = command(
        {"EVAL",
         count_script,
         "2",
         key,
         under_way(key),
         std::to_string(rate.requests),
         std::to_string(microseconds(rate.duration).count()),
         mark,
         std::to_string(microseconds(longest_attempt).count())}
    );
    const std::int64_t wait = number(reply);
    return wait == 0 ? std::nullopt : std::optional(microseconds(std::max<std::int64_t>(wait, 0)));
}

void RedisClient::fail(std::string_view key, const model::Rate& rate, std::string_view mark) {
    const milliseconds life = rate.duration;
    command({"EVAL", fail_script, "2", key, under_way(key), mark, std::to_string(life.count())});
}

void RedisClient::take_back(std::string_view key, std::string_view mark) {
    command({"ZREM", under_way(key), mark});
}

bool RedisClient::forgets_for_room() {
    const auto reply = command({"INFO", "memory"});
    const auto* const text = std::get_if<std::string>(&reply);
    return text != nullptr && text->find("\nmaxmemory:0\r") == std::string::npos &&
           text->find("\nmaxmemory_policy:noeviction\r") == std::string::npos;
}

} // namespace drf_messages::cache
