// SPDX-License-Identifier: MIT
#pragma once

#include "late_commits/copy.hpp"
#include "late_commits/patient.hpp"

#include <drf_messages/change.hpp>
#include <drf_messages/site.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::late_commits {

/// Between one look and the next.
inline constexpr std::chrono::milliseconds between_looks{20};

/// The client that follows the feed by statements: all it keeps is a position.
class Follower {
public:
    explicit Follower(sql::ConnectionFactory open) : database_(std::move(open)) {
        database_.until_done([&](sql::Connection& connection) { begin(connection); });
    }

    void run(const std::atomic<bool>& is_over) {
        while (!is_over) {
            bool was_full = false;
            database_.once([&](sql::Connection& connection) {
                const auto info = store::feed_info(connection);
                if (!info || info->epoch != epoch_) {
                    ++resets_;
                    begin(connection);
                    return;
                }
                const auto rows = store::feed_of_all(connection, position_, 500);
                if (!rows.empty()) {
                    copy_.follow(connection, rows);
                    position_ = rows.back().position;
                    was_full = rows.size() == 500;
                }
            });
            if (!was_full) {
                std::this_thread::sleep_for(between_looks);
            }
        }
    }

    std::int64_t position() const { return position_; }
    int resets() const { return resets_; }
    const Messages& messages() const { return copy_.messages(); }

private:
    void begin(sql::Connection& connection) {
        const auto info = store::feed_info(connection);
        if (!info) {
            throw std::runtime_error("the database has no feed");
        }
        epoch_ = info->epoch;
        position_ = info->position;
        copy_.list(connection);
    }

    Patient database_;
    Copy copy_;
    std::string epoch_;
    std::atomic<std::int64_t> position_{0};
    std::atomic<int> resets_{0};
};

/// The same by Site::on_change.
class Listener {
public:
    Listener(Site& site, sql::ConnectionFactory open) : database_(std::move(open)) {
        subscription_ = site.on_change([this](std::span<const Change> changes) {
            const std::lock_guard lock(mutex_);
            for (const Change& change : changes) {
                waiting_.push_back(
                    {change.state.position,
                     change.user,
                     change.session_key,
                     change.message,
                     change.kind}
                );
            }
            news_.notify_one();
        });
        database_.until_done([&](sql::Connection& connection) { copy_.list(connection); });
    }

    void run(const std::atomic<bool>& is_over) {
        while (!is_over) {
            std::vector<store::FeedRow> rows;
            {
                std::unique_lock lock(mutex_);
                news_.wait_for(lock, between_looks, [&] { return !waiting_.empty(); });
                rows.swap(waiting_);
            }
            if (rows.empty()) {
                continue;
            }
            database_.until_done([&](sql::Connection& connection) {
                if (std::ranges::any_of(rows, [](const store::FeedRow& row) {
                        return row.kind == ChangeKind::everything;
                    })) {
                    ++resets_;
                    copy_.list(connection);
                } else {
                    copy_.follow(connection, rows);
                }
            });
            position_ = rows.back().position;
        }
    }

    std::int64_t position() const { return position_; }
    int resets() const { return resets_; }
    const Messages& messages() const { return copy_.messages(); }

private:
    Patient database_;
    Copy copy_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::vector<store::FeedRow> waiting_;
    std::atomic<std::int64_t> position_{0};
    std::atomic<int> resets_{0};
    Subscription subscription_;
};

/// The client that asks for what is new by the id.
class ById {
public:
    explicit ById(sql::ConnectionFactory open) : database_(std::move(open)) {}

    void run(const std::atomic<bool>& is_over) {
        while (!is_over) {
            database_.once([&](sql::Connection& connection) {
                for (auto& [id, text] :
                     read_messages(connection, fmt::format("m.id > {}", last_))) {
                    copy_[id] = std::move(text);
                    last_ = std::max(last_, id);
                }
            });
            std::this_thread::sleep_for(between_looks);
        }
    }

    const Messages& messages() const { return copy_; }

private:
    Patient database_;
    Messages copy_;
    std::int64_t last_ = 0;
};

} // namespace drf_messages::late_commits
