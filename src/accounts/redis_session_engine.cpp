// SPDX-License-Identifier: MIT
#include "accounts/session_end.hpp"
#include "accounts/session_engines.hpp"
#include "accounts/session_explanation.hpp"
#include "accounts/session_text.hpp"
#include "cache/redis_client.hpp"

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

/// Sessions as signed text in the Redis server of SESSION_REDIS: redis_sessions.session of
/// django-redis-sessions 0.6.2.
class RedisSessionEngine final : public SessionEngine {
public:
    /// Throws std::invalid_argument for a SESSION_REDIS that cannot work.
    RedisSessionEngine(const Settings& settings, Clock clock)
        : redis_(cache::session_redis_options(settings.session_redis)),
          prefix_(prefix_of(settings)), text_(settings, std::move(clock)) {}

    std::optional<LoadedSession> load(const ConnectionSource&, std::string_view key) override {
        // Without a prefix any other key would name something that somebody else keeps on this
        // server.
        if (!is_plain_session_key(key)) {
            return std::nullopt;
        }
        const std::optional<std::string> stored = redis_.get(stored_key(key));
        if (!stored) {
            return std::nullopt;
        }
        return LoadedSession{text_.decode(*stored)};
    }

    std::optional<boost::json::object> explain(
        const ConnectionSource& connection, std::string_view key, InspectionSteps& steps
    ) override {
        if (!explain_key(key, steps)) {
            return std::nullopt;
        }
        std::optional<std::string> stored;
        try {
            stored = redis_.get(stored_key(key));
        } catch (const cache::Error& error) {
            steps.stop(
                fmt::format("SESSION_REDIS: {}; requests are answered with 503", error.what())
            );
            return std::nullopt;
        }
        if (!stored) {
            note_table(connection, key, steps);
            steps.stop(fmt::format(
                "SESSION_REDIS (prefix \"{}\") has no such session: it has expired or whoever had "
                "it has logged out, or the server, db or prefix is another one where it was made",
                prefix_
            ));
            return std::nullopt;
        }
        steps.found("SESSION_REDIS has it");
        return text_.explain(*stored, steps);
    }

    // The original stores a session without checking that it still exists, and so brings one back
    // that was deleted during the request.
    std::optional<std::string> save(
        const ConnectionSource&,
        std::string_view key,
        const boost::json::object& data,
        const SessionExpiry& expiry,
        bool must_create
    ) override {
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

    std::optional<std::string>
    touch(const ConnectionSource&, std::string_view key, const SessionExpiry& expiry) override {
        return is_plain_session_key(key) && redis_.expire(stored_key(key), expiry.age)
                   ? std::optional<std::string>(key)
                   : std::nullopt;
    }

    void remove(
        const ConnectionSource& connection,
        std::string_view key,
        std::optional<std::string_view> successor
    ) override {
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

private:
    std::string stored_key(std::string_view key) const { return fmt::format("{}{}", prefix_, key); }

    cache::RedisClient redis_;
    std::string prefix_;
    SessionText text_;
};

} // namespace

std::unique_ptr<SessionEngine>
make_redis_session_engine(const Settings& settings, Clock clock, const SessionCaches&) {
    return std::make_unique<RedisSessionEngine>(settings, std::move(clock));
}

} // namespace drf_messages::accounts
