// SPDX-License-Identifier: MIT
#include "cache/attempts.hpp"

#include "cache/cache.hpp"
#include "fibers/absence.hpp"
#include "fibers/wait.hpp"
#include "fibers/wake_up.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace drf_messages::cache {

using std::chrono::microseconds;
using TimePoint = std::chrono::steady_clock::time_point;

namespace {

/// How long an attempt waits for others, how many wait at a time, and how long the others are told
/// that none may begin.
constexpr std::chrono::seconds longest_wait{5};
constexpr std::size_t most_waiting = 64;
constexpr std::chrono::seconds wait_again{1};

/// How often other processes' attempts are asked for.
constexpr std::chrono::milliseconds between_questions{20};

/// How often what is over is forgotten.
constexpr std::chrono::seconds between_sweeps{10};

/// For each length of time.
constexpr std::size_t groups = 4096;

/// Failures of a rate beyond this are remembered in so many parts of its time, those of one part
/// as made at the last of them.
constexpr std::int64_t most_remembered = 128;

struct Failures {
    TimePoint last;
    std::int64_t number = 0;
};

} // namespace

struct Attempts::Count {
    std::vector<Failures> failed; ///< oldest first
    std::int64_t under_way = 0;
    model::Rate rate;                 ///< the latest that counted here
    const std::string* key = nullptr; ///< where it stands; null for a group

    void forget_before(TimePoint moment) {
        const auto kept = std::find_if(failed.begin(), failed.end(), [&](const Failures& some) {
            return some.last > moment;
        });
        failed.erase(failed.begin(), kept);
    }

    std::int64_t failures() const {
        std::int64_t sum = 0;
        for (const Failures& some : failed) {
            sum += some.number;
        }
        return sum;
    }

    /// How long until fewer than `rate` allows have failed; absent when fewer have.
    std::optional<microseconds> wait(TimePoint now) const {
        std::int64_t too_many = failures() - rate.requests + 1;
        if (too_many <= 0) {
            return std::nullopt;
        }
        for (const Failures& some : failed) {
            too_many -= some.number;
            if (too_many <= 0) {
                return std::chrono::ceil<microseconds>(some.last + rate.duration - now);
            }
        }
        return rate.duration;
    }

    /// So that no attempt fails to fail.
    void make_room() { failed.reserve(failed.size() + static_cast<std::size_t>(under_way) + 1); }

    void fail(TimePoint now) noexcept {
        if (rate.requests > most_remembered && !failed.empty()) {
            const auto part = TimePoint::duration(rate.duration) / most_remembered;
            if (now.time_since_epoch() / part == failed.back().last.time_since_epoch() / part) {
                failed.back() = {now, failed.back().number + 1};
                return;
            }
        }
        failed.push_back({now, 1});
    }

    bool is_over(TimePoint now) const {
        return under_way == 0 && (failed.empty() || failed.back().last + rate.duration <= now);
    }
};

namespace {

/// One of those who wait for other processes.
class Asking {
public:
    explicit Asking(std::atomic<std::size_t>& all) : all_(all), has_room_(all++ < most_waiting) {}
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking() { --all_; }

    bool has_room() const { return has_room_; }

private:
    std::atomic<std::size_t>& all_;
    bool has_room_;
};

} // namespace

class Attempts::Table {
public:
    Table(Now now, std::size_t most_keys)
        : now_(std::move(now)), most_keys_(most_keys),
          salt_(std::to_string(std::random_device()())) {}

    std::variant<Begun, microseconds> begin(std::span<const AttemptLimit> limits) {
        std::unique_lock lock(mutex_);
        const TimePoint deadline = std::chrono::steady_clock::now() + longest_wait;
        std::optional<fibers::Absence> absence; // while it waits somebody else may work
        while (true) {
            const TimePoint now = now_();
            sweep(now);
            const Verdict verdict = ask(limits, now);
            if (verdict.wait) {
                return *verdict.wait;
            }
            if (verdict.decided_by.empty()) {
                return begun(limits);
            }
            if (!absence) {
                absence.emplace();
            }
            if (!wait_for_an_end(lock, deadline, verdict.decided_by)) {
                return wait_again;
            }
        }
    }

    std::optional<microseconds>
    count_in(Cache& shared, const AttemptLimit& limit, std::string_view mark) {
        constexpr microseconds others_decide{0};
        auto wait = shared.count(limit.key, limit.rate, mark);
        if (wait != others_decide) {
            return wait;
        }
        const Asking asking(asking_);
        const TimePoint deadline = std::chrono::steady_clock::now() + longest_wait;
        const fibers::Absence absence;
        while (wait == others_decide) {
            if (!asking.has_room() || std::chrono::steady_clock::now() >= deadline) {
                return wait_again;
            }
            fibers::sleep_for(between_questions);
            wait = shared.count(limit.key, limit.rate, mark);
        }
        return wait;
    }

    void end(const Begun& begun, bool failed) noexcept {
        const std::lock_guard lock(mutex_);
        const TimePoint now = now_();
        for (Count* const count : begun) {
            --count->under_way;
            if (failed) {
                count->fail(now);
            } else if (count->key != nullptr && count->is_over(now)) {
                // What costs a client nothing, as where too many wait, takes nobody's place.
                keys_.erase(keys_.find(*count->key));
            }
        }
        for (Waiter* const waiter : waiting_) {
            const Begun& awaited = waiter->awaited;
            if (std::find_first_of(awaited.begin(), awaited.end(), begun.begin(), begun.end()) !=
                awaited.end()) {
                waiter->called = true;
                waiter->woken.notify();
            }
        }
    }

private:
    struct Verdict {
        std::optional<microseconds> wait; ///< the longest
        Begun decided_by;                 ///< what has attempts under way that keep this one out
    };
    struct Waiter {
        const Begun& awaited;
        fibers::WakeUp woken{};
        bool called = false;
    };

    Verdict ask(std::span<const AttemptLimit> limits, TimePoint now) {
        Verdict verdict;
        for (const AttemptLimit& limit : limits) {
            Count nothing;
            Count* const found = find(limit);
            Count& count = found != nullptr ? *found : nothing;
            count.rate = limit.rate;
            count.forget_before(now - limit.rate.duration);
            if (const auto wait = count.wait(now)) {
                verdict.wait = std::max(verdict.wait.value_or(*wait), *wait);
            }
            if (found != nullptr && count.failures() + count.under_way >= limit.rate.requests) {
                verdict.decided_by.push_back(found);
            }
        }
        return verdict;
    }

    Begun begun(std::span<const AttemptLimit> limits) {
        Begun counts;
        counts.reserve(limits.size());
        for (const AttemptLimit& limit : limits) {
            Count& count = found_or_made(limit);
            count.rate = limit.rate;
            count.make_room();
            counts.push_back(&count);
        }
        for (Count* const count : counts) {
            ++count->under_way;
        }
        return counts;
    }

    /// What counts together counts as long: a short time would end what a longer one still needs.
    std::size_t group_of(const AttemptLimit& limit) const {
        const auto seconds = static_cast<std::size_t>(limit.rate.duration.count());
        return seconds * groups + std::hash<std::string>()(salt_ + limit.key) % groups;
    }

    /// Null when nothing is counted for the key. A group that has counts keeps its keys.
    Count* find(const AttemptLimit& limit) {
        if (const auto own = keys_.find(limit.key); own != keys_.end()) {
            return &own->second;
        }
        const auto group = groups_.find(group_of(limit));
        return group == groups_.end() ? nullptr : &group->second;
    }

    Count& found_or_made(const AttemptLimit& limit) {
        if (Count* const found = find(limit)) {
            return *found;
        }
        if (keys_.size() >= most_keys_) {
            return groups_[group_of(limit)];
        }
        const auto own = keys_.try_emplace(limit.key).first;
        own->second.key = &own->first;
        return own->second;
    }

    void sweep(TimePoint now) {
        if (now < next_sweep_) {
            return;
        }
        next_sweep_ = now + between_sweeps;
        std::erase_if(keys_, [&](const auto& key) { return key.second.is_over(now); });
        std::erase_if(groups_, [&](const auto& group) { return group.second.is_over(now); });
    }

    /// False at the deadline, or when too many wait already.
    bool
    wait_for_an_end(std::unique_lock<std::mutex>& lock, TimePoint deadline, const Begun& awaited) {
        if (waiting_.size() >= most_waiting) {
            return false;
        }
        Waiter self{awaited};
        const auto place = waiting_.insert(waiting_.end(), &self);
        const auto leave = [&] { waiting_.erase(place); };
        try {
            const bool in_time =
                self.woken.wait_until(lock, deadline, [&self] { return self.called; });
            leave();
            return in_time;
        } catch (...) {
            leave();
            throw;
        }
    }

    const Now now_;
    const std::size_t most_keys_;
    const std::string salt_; ///< so that nobody can choose a name of somebody else's group
    std::mutex mutex_;
    std::unordered_map<std::string, Count> keys_; ///< no pointer to a count is ever moved
    std::unordered_map<std::size_t, Count> groups_;
    std::list<Waiter*> waiting_;
    std::atomic<std::size_t> asking_{0};
    TimePoint next_sweep_{};
};

Attempts::Attempts(Now now, std::size_t most_keys)
    : table_([now = std::move(now), most_keys](Table*) {
          return std::make_unique<Table>(now, most_keys);
      }) {}

Attempts::~Attempts() = default;

std::variant<Attempts::Begun, microseconds> Attempts::begin(std::span<const AttemptLimit> limits) {
    return table_->begin(limits);
}

std::optional<microseconds>
Attempts::count_in(Cache& shared, const AttemptLimit& limit, std::string_view mark) {
    return table_->count_in(shared, limit, mark);
}

void Attempts::end(const Begun& begun, bool failed) noexcept {
    table_->end(begun, failed);
}

} // namespace drf_messages::cache
