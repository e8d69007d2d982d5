// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "store/feed.hpp"
#include "store/feed_upkeep.hpp"

#include <drf_messages/log.hpp>
#include <drf_messages/message_state.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drf_messages::live {

/// Looks for what has happened since the look before, gives positions to what has none, and looks
/// after the feed where no other server does. For one thread.
class Watcher {
public:
    using SteadyClock = std::chrono::steady_clock;

    struct Options {
        std::chrono::milliseconds poll_interval{50};
        std::chrono::seconds history{0};
        bool text_keys = false;
        LogSink log = no_log();
    };

    struct News {
        MessageState state; ///< after it
        std::vector<store::FeedRow> rows{};
        bool is_reset = false; ///< it is not known what has happened; no rows
        bool has_more = false; ///< look again at once
    };

    explicit Watcher(Options options);

    /// Goes on from here; otherwise the first news is a reset.
    void begin(const MessageState& state) { state_ = state; }

    /// Absent: nothing has happened. Throws std::runtime_error where there is no feed, and what the
    /// database throws.
    /// - is_woken: something was committed in this process.
    /// - is_new: the connection is another one than before.
    std::optional<News> look(sql::Connection& connection, bool is_woken, bool is_new);

    /// Another server may look after the feed at once.
    void leave(sql::Connection& connection);

    /// How long to wait until the next look, unless woken.
    SteadyClock::duration pause() const;
    /// Even if woken.
    SteadyClock::duration least_pause() const;

    std::int64_t waiting() const noexcept { return waiting_; }
    /// How old the newest row was when it was found here.
    std::chrono::milliseconds delay() const noexcept { return delay_; }

private:
    bool has_moved(sql::Connection& connection);
    store::FeedLook look_once(sql::Connection& connection);
    void mend(sql::Connection& connection);
    void keep_lease(sql::Connection& connection, const store::FeedLook& look);
    void look_after(sql::Connection& connection, std::string_view epoch);
    static bool is_due(SteadyClock::time_point& next, SteadyClock::duration every);
    std::optional<News> reset_to(const store::FeedInfo& info);

    Options options_;
    std::string holder_;
    MessageState state_;

    sql::Dialect dialect_ = sql::Dialect::sqlite;
    std::int64_t data_version_ = -1;   ///< of SQLite's connection
    std::int64_t schema_version_ = -1; ///< of SQLite's file
    bool is_holder_ = false;
    SteadyClock::time_point renew_at_{};
    SteadyClock::time_point check_truncation_at_{};
    SteadyClock::time_point check_parts_at_{};
    SteadyClock::time_point trim_at_;
    std::optional<std::int64_t> trimming_; ///< how far; absent: not now
    std::optional<SteadyClock::time_point> behind_since_;
    std::string said_missing_;

    SteadyClock::duration look_time_{};
    SteadyClock::time_point count_at_{};
    SteadyClock::time_point measure_at_{};
    std::int64_t waiting_ = 0;
    std::chrono::milliseconds delay_{0};
};

} // namespace drf_messages::live
