// SPDX-License-Identifier: MIT
#include "live/watcher.hpp"

#include "schema/feed.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace drf_messages::live {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t numbered_at_once = 500;
constexpr std::size_t read_at_once = 1000;

constexpr std::chrono::milliseconds lease = 5s;
constexpr auto renew_lease_every = 2s;
constexpr auto check_truncation_every = 1s;
constexpr auto check_parts_every = 60s;
constexpr auto count_every = 1s;

/// SQLite says without a look at the file whether another connection has written. A thread that
/// wakes up costs more than that question: each hundred a second are a quarter per cent of a core.
constexpr std::chrono::milliseconds sqlite_interval = 20ms;
/// Of servers that do not look after the feed.
constexpr std::chrono::milliseconds others_interval = 100ms;

/// A look takes a twentieth of the time at most, however long the queue is.
constexpr int pauses_per_look = 20;
/// Commits that follow each other at once are numbered together.
constexpr auto least_between_rounds = 4ms;

/// A position that is lower than one before is that of a restored backup; but a node of a cluster
/// of MariaDB may be that much behind the one that was asked before.
constexpr auto longest_behind = 5s;

constexpr sql::Statement data_version = {"data_version", "PRAGMA data_version"};
constexpr sql::Statement schema_version = {"schema_version", "PRAGMA schema_version"};

std::int64_t pragma(sql::Connection& connection, const sql::Statement& statement) {
    return sql::query_one(
               connection, statement, {}, [](const sql::Row& row) { return row.integer(0); }
    ).value_or(0);
}

/// "HOST:PROCESS:SOMETHING", for `drf-messages live status`.
std::string make_holder() {
    std::array<char, 40> host{};
    ::gethostname(host.data(), host.size() - 1);
    return fmt::format("{}:{}:{}", host.data(), ::getpid(), store::new_epoch());
}

std::chrono::steady_clock::duration trim_interval(std::chrono::seconds history) {
    return std::clamp<std::chrono::steady_clock::duration>(history / 10, 1s, 1h);
}

} // namespace

Watcher::Watcher(Options options)
    : options_(std::move(options)), holder_(make_holder()),
      trim_at_(
          SteadyClock::now() +
          std::min<SteadyClock::duration>(trim_interval(options_.history), 1min)
      ) {}

std::optional<Watcher::News>
Watcher::look(sql::Connection& connection, bool is_woken, bool is_new) {
    dialect_ = connection.dialect();
    if (is_new) {
        data_version_ = -1;
        schema_version_ = -1;
        check_parts_at_ = {};
    }
    const auto began = SteadyClock::now();
    if (dialect_ == sql::Dialect::sqlite && !has_moved(connection) && !is_woken && !trimming_ &&
        SteadyClock::now() < trim_at_) {
        look_time_ = SteadyClock::now() - began;
        return std::nullopt;
    }
    store::FeedLook look = look_once(connection);
    look_time_ = SteadyClock::now() - began;

    keep_lease(connection, look);
    bool has_more = false;
    if (look.has_waiting && (is_woken || is_holder_ || dialect_ == sql::Dialect::sqlite)) {
        has_more = store::number_changes(connection, numbered_at_once) == numbered_at_once;
        look = look_once(connection);
    }
    look_after(connection, look.info.epoch);
    if (!look.has_waiting) {
        waiting_ = 0;
    } else if (is_due(count_at_, count_every)) {
        waiting_ = store::count_waiting(connection);
    }

    if (look.info.epoch != state_.epoch) {
        return reset_to(look.info);
    }
    if (look.info.position < state_.position) {
        const auto now = SteadyClock::now();
        behind_since_ = behind_since_.value_or(now);
        if (dialect_ == sql::Dialect::mariadb && now - *behind_since_ < longest_behind) {
            return std::nullopt;
        }
        store::begin_epoch(connection, state_.epoch);
        return reset_to(look_once(connection).info);
    }
    behind_since_.reset();
    if (look.info.position == state_.position) {
        return std::nullopt;
    }
    News news{state_};
    news.rows = store::feed_of_all(connection, state_.position, read_at_once, options_.text_keys);
    news.has_more = has_more || news.rows.size() == read_at_once;
    state_.position = news.rows.empty() ? look.info.position : news.rows.back().position;
    news.state = state_;
    if (!news.rows.empty() && is_due(measure_at_, count_every)) {
        delay_ = store::age_of_row(connection, state_.position).value_or(delay_);
    }
    return news;
}

void Watcher::leave(sql::Connection& connection) {
    if (std::exchange(is_holder_, false)) {
        store::end_lease(connection, holder_);
    }
}

Watcher::SteadyClock::duration Watcher::pause() const {
    SteadyClock::duration interval = options_.poll_interval;
    if (dialect_ == sql::Dialect::sqlite) {
        interval = std::min<SteadyClock::duration>(interval, sqlite_interval);
    } else if (!is_holder_) {
        interval = std::max<SteadyClock::duration>(interval, others_interval);
    }
    return std::max(interval, least_pause());
}

Watcher::SteadyClock::duration Watcher::least_pause() const {
    return std::max<SteadyClock::duration>(pauses_per_look * look_time_, least_between_rounds);
}

/// Whether another connection has written into SQLite's file, or this is the first look.
bool Watcher::has_moved(sql::Connection& connection) {
    const std::int64_t version = pragma(connection, data_version);
    return std::exchange(data_version_, version) != version;
}

store::FeedLook Watcher::look_once(sql::Connection& connection) {
    const auto missing = [] {
        return std::runtime_error("its tables are not there (drf-messages live on makes them)");
    };
    std::optional<store::FeedLook> look = store::look_at_feed(connection);
    if (!look && store::mend_epoch(connection)) {
        options_.log(
            LogLevel::warning, "the change feed: somebody wrote what is no epoch; another one began"
        );
        look = store::look_at_feed(connection);
    }
    if (!look) {
        throw missing();
    }
    if (dialect_ == sql::Dialect::sqlite) {
        const std::int64_t version = pragma(connection, schema_version);
        if (version != schema_version_) {
            mend(connection);
            schema_version_ = pragma(connection, schema_version);
            look = store::look_at_feed(connection);
        }
    } else if (is_due(check_parts_at_, check_parts_every)) {
        mend(connection);
    }
    if (!look) {
        throw missing();
    }
    return *look;
}

/// A migration of Django's that makes a table of SQLite anew drops the triggers on it. What has
/// happened since then is not known, so another epoch begins. On servers that needs rights which
/// only an administrator may have.
void Watcher::mend(sql::Connection& connection) {
    if (dialect_ == sql::Dialect::sqlite) {
        if (!schema::missing_of_feed(connection).empty() && schema::install_feed(connection)) {
            options_.log(LogLevel::info, "the change feed: its triggers were gone, and are back");
        }
        return;
    }
    const std::string missing =
        fmt::format("{}", fmt::join(schema::missing_of_feed(connection), ", "));
    if (missing != std::exchange(said_missing_, missing) && !missing.empty()) {
        options_.log(
            LogLevel::error,
            fmt::format(
                "the change feed misses what happens, without {}: run drf-messages live on", missing
            )
        );
    }
}

/// On SQLite only whoever trims needs the lease.
void Watcher::keep_lease(sql::Connection& connection, const store::FeedLook& look) {
    const auto now = SteadyClock::now();
    if (dialect_ == sql::Dialect::sqlite) {
        if (!trimming_ && now >= trim_at_ && !look.is_held) {
            is_holder_ = store::take_lease(connection, holder_, lease);
        }
        return;
    }
    if (is_holder_ ? now >= renew_at_ : !look.is_held) {
        is_holder_ = store::take_lease(connection, holder_, lease);
        renew_at_ = now + renew_lease_every;
    }
}

void Watcher::look_after(sql::Connection& connection, std::string_view epoch) {
    const auto now = SteadyClock::now();
    if (now >= trim_at_) {
        trim_at_ = now + trim_interval(options_.history);
        if (is_holder_) {
            trimming_ = 0;
        }
    }
    if (!is_holder_) {
        trimming_.reset();
        return;
    }
    if (dialect_ == sql::Dialect::mariadb && is_due(check_truncation_at_, check_truncation_every) &&
        store::was_truncated(connection)) {
        store::begin_epoch(connection, epoch);
    }
    if (trimming_) {
        const store::Trimmed trimmed = store::trim_feed(connection, *trimming_, options_.history);
        trimming_ = trimmed.looked_to;
        if (trimmed.is_done) {
            trimming_.reset();
            if (dialect_ == sql::Dialect::sqlite) {
                leave(connection);
            }
        }
    }
}

bool Watcher::is_due(SteadyClock::time_point& next, SteadyClock::duration every) {
    const auto now = SteadyClock::now();
    if (now < next) {
        return false;
    }
    next = now + every;
    return true;
}

std::optional<Watcher::News> Watcher::reset_to(const store::FeedInfo& info) {
    state_ = {info.epoch, info.position};
    behind_since_.reset();
    return News{.state = state_, .is_reset = true};
}

} // namespace drf_messages::live
