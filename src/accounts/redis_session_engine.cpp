// SPDX-License-Identifier: MIT
#include "accounts/redis_session_engine.hpp"

#include "accounts/session_end.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace drf_messages::accounts {
namespace {

std::string prefix_of(const Settings& settings) {
    const auto found = settings.session_redis.find("prefix");
    const auto* text = found == settings.session_redis.end()
                           ? nullptr
                           : std::get_if<std::string>(&found->second.value);
    return text == nullptr || text->empty() ? std::string() : *text + ":";
}

} // namespace

RedisSessionEngine::RedisSessionEngine(const Settings& settings, Clock clock)
    : redis_(cache::session_redis_options(settings.session_redis)), prefix_(prefix_of(settings)),
      text_(settings, std::move(clock)) {}

std::string RedisSessionEngine::stored_key(std::string_view key) const {
    return fmt::format("{}{}", prefix_, key);
}

std::optional<LoadedSession>
RedisSessionEngine::load(const ConnectionSource&, std::string_view key) {
    // Without a prefix any other key would name something that somebody else keeps on this server.
    if (!is_plain_session_key(key)) {
        return std::nullopt;
    }
    const std::optional<std::string> stored = redis_.get(stored_key(key));
    if (!stored) {
        return std::nullopt;
    }
    return LoadedSession{text_.decode(*stored)};
}

// The original stores a session without checking that it still exists, and so brings one back that
// was deleted during the request.
std::optional<std::string> RedisSessionEngine::save(
    const ConnectionSource&,
    std::string_view key,
    const boost::json::object& data,
    const SessionExpiry& expiry,
    bool must_create
) {
    if (!is_plain_session_key(key)) {
        return std::nullopt;
    }
    const std::string name = stored_key(key);
    bool saved = false;
    if (expiry.age.count() <= 0) {
        saved = must_create || redis_.remove(name);
    } else if (must_create) {
        saved = redis_.add(name, text_.encode(data), expiry.age);
    } else {
        saved = redis_.replace(name, text_.encode(data), expiry.age);
    }
    return saved ? std::optional<std::string>(key) : std::nullopt;
}

void RedisSessionEngine::remove(
    const ConnectionSource& connection,
    std::string_view key,
    std::optional<std::string_view> successor
) {
    if (!is_plain_session_key(key)) {
        return;
    }
    const std::string name = stored_key(key);
    // Without a prefix a visitor may have named a key of another application.
    const auto stored = prefix_.empty() ? redis_.get(name) : std::nullopt;
    if (!prefix_.empty() || (stored && !text_.decode(*stored).read().empty())) {
        redis_.remove(name);
    }
    end_session_in_messages(connection, key, successor);
}

} // namespace drf_messages::accounts
