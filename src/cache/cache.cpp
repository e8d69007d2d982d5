// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace drf_messages::cache {
namespace {

using model::Rate;
using std::chrono::microseconds;
using TimePoint = std::chrono::steady_clock::time_point;

/// What Cache::count() has counted.
struct Counted {
    microseconds when{0}; ///< since 1970
    std::string mark;
    bool has_failed = true;
};

constexpr char under_way = '?'; ///< after the mark

/// Those of the last `duration`, oldest first, from "1700000000000000 mark" of each, with a blank
/// between them. What is ahead of `now` was counted before a clock was set back.
std::vector<Counted>
read_counted(const std::optional<Entry>& stored, microseconds duration, microseconds now) {
    std::vector<Counted> all;
    std::string_view rest = stored ? std::string_view(stored->bytes) : std::string_view();
    const auto word = [&rest] {
        const auto found = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), found.size() + 1));
        return found;
    };
    while (!rest.empty()) {
        const std::string_view digits = word();
        std::int64_t when = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), when);
        std::string_view mark = word();
        const bool has_failed = !mark.ends_with(under_way);
        mark.remove_suffix(has_failed ? 0 : 1);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || mark.empty()) {
            return {}; // somebody else's
        }
        const microseconds moment(when);
        if (moment > now - duration && moment <= now + clock_difference) {
            all.push_back({moment, std::string(mark), has_failed || moment <= now - longest_attempt}
            );
        }
    }
    return all;
}

std::vector<Counted>::iterator find(std::vector<Counted>& all, std::string_view mark) {
    return std::find_if(all.begin(), all.end(), [mark](const Counted& counted) {
        return counted.mark == mark;
    });
}

/// How long until fewer than `rate` allows have failed; zero when fewer have.
microseconds wait_for_failed(const std::vector<Counted>& all, const Rate& rate, microseconds now) {
    std::int64_t too_many = 1 - rate.requests;
    for (const Counted& counted : all) {
        too_many += counted.has_failed ? 1 : 0;
    }
    if (too_many <= 0) {
        return microseconds(0);
    }
    for (const Counted& counted : all) {
        too_many -= counted.has_failed ? 1 : 0;
        if (too_many == 0) {
            return counted.when + rate.duration - now;
        }
    }
    return rate.duration;
}

Entry write_counted(const std::vector<Counted>& all) {
    Entry entry;
    for (const Counted& one : all) {
        entry.bytes +=
            fmt::format("{}{} {}", entry.bytes.empty() ? "" : " ", one.when.count(), one.mark);
        if (!one.has_failed) {
            entry.bytes += under_way;
        }
    }
    return entry;
}

microseconds wall_clock() {
    return std::chrono::duration_cast<microseconds>(
        std::chrono::system_clock::now().time_since_epoch()
    );
}

/// The front of `slots_` was used last, the back is the next to go.
class LocalMemoryCache final : public Cache {
public:
    LocalMemoryCache(std::function<TimePoint()> now, std::size_t max_entries)
        : now_(std::move(now)), max_entries_(max_entries == 0 ? 1 : max_entries) {}

    std::optional<Entry> get(std::string_view key) override {
        std::lock_guard lock(mutex_);
        return find(key);
    }

    void set(std::string_view key, const Entry& entry, std::chrono::seconds timeout) override {
        std::lock_guard lock(mutex_);
        store(key, entry, timeout);
    }

    bool add(std::string_view key, const Entry& entry, std::chrono::seconds timeout) override {
        std::lock_guard lock(mutex_);
        if (find(key)) {
            return false;
        }
        store(key, entry, timeout);
        return true;
    }

    bool remove(std::string_view key) override {
        std::lock_guard lock(mutex_);
        const bool found = find(key).has_value();
        erase(key);
        return found;
    }

    void update(std::string_view key, std::chrono::seconds timeout, const Change& change) override {
        std::lock_guard lock(mutex_);
        if (auto entry = change(find(key))) {
            store(key, std::move(*entry), timeout);
        }
    }

private:
    struct Slot {
        std::string key;
        Entry entry;
        std::optional<TimePoint> expires;
    };
    using Slots = std::list<Slot>;

    std::optional<Entry> find(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) {
            return std::nullopt;
        }
        const auto slot = found->second;
        if (slot->expires && *slot->expires <= now_()) {
            index_.erase(found);
            slots_.erase(slot);
            return std::nullopt;
        }
        slots_.splice(slots_.begin(), slots_, slot);
        return slot->entry;
    }

    void store(std::string_view key, Entry entry, std::chrono::seconds timeout) {
        erase(key);
        if (timeout <= std::chrono::seconds::zero()) {
            return;
        }
        if (slots_.size() >= max_entries_) {
            index_.erase(slots_.back().key);
            slots_.pop_back();
        }
        std::optional<TimePoint> expires;
        if (timeout < cache_forever) {
            expires = now_() + timeout;
        }
        slots_.push_front(Slot{std::string(key), std::move(entry), expires});
        index_.emplace(slots_.front().key, slots_.begin());
    }

    void erase(std::string_view key) {
        if (const auto found = index_.find(key); found != index_.end()) {
            const auto slot = found->second;
            index_.erase(found);
            slots_.erase(slot);
        }
    }

    std::function<TimePoint()> now_;
    std::size_t max_entries_;
    std::mutex mutex_;
    Slots slots_;
    std::unordered_map<std::string_view, Slots::iterator> index_; ///< keys live in `slots_`
};

class DummyCache final : public Cache {
public:
    std::optional<Entry> get(std::string_view) override { return std::nullopt; }
    void set(std::string_view, const Entry&, std::chrono::seconds) override {}
    bool add(std::string_view, const Entry&, std::chrono::seconds) override { return true; }
    bool remove(std::string_view) override { return false; }
    void update(std::string_view, std::chrono::seconds, const Change& change) override {
        change(std::nullopt);
    }
};

/// Changes one that was counted, by change(all, that one), if it is there still.
template<class Change>
void update_counted(
    Cache& cache, std::string_view key, const Rate& rate, std::string_view mark, Change change
) {
    cache.update(
        key,
        rate.duration,
        [&](const std::optional<Entry>& stored) -> std::optional<Entry> {
            std::vector<Counted> all = read_counted(stored, rate.duration, wall_clock());
            const auto counted = find(all, mark);
            if (counted == all.end()) {
                return std::nullopt;
            }
            change(all, counted);
            return write_counted(all);
        }
    );
}

} // namespace

std::optional<microseconds>
Cache::count(std::string_view key, const Rate& rate, std::string_view mark) {
    std::optional<microseconds> wait;
    update(key, rate.duration, [&](const std::optional<Entry>& stored) -> std::optional<Entry> {
        const microseconds now = wall_clock();
        std::vector<Counted> all = read_counted(stored, rate.duration, now);
        wait.reset();
        if (find(all, mark) != all.end()) {
            return std::nullopt; // by an earlier question whose answer was lost
        }
        if (static_cast<std::int64_t>(all.size()) >= rate.requests) {
            wait = wait_for_failed(all, rate, now);
            return std::nullopt;
        }
        all.push_back({now, std::string(mark), false});
        return write_counted(all);
    });
    return wait;
}

void Cache::fail(std::string_view key, const Rate& rate, std::string_view mark) {
    update_counted(*this, key, rate, mark, [](auto&, auto failed) { failed->has_failed = true; });
}

void Cache::take_back(std::string_view key, const Rate& rate, std::string_view mark) {
    update_counted(*this, key, rate, mark, [](auto& all, auto taken) { all.erase(taken); });
}

std::unique_ptr<Cache> local_memory_cache(
    std::function<std::chrono::steady_clock::time_point()> now, std::size_t max_entries
) {
    return std::make_unique<LocalMemoryCache>(std::move(now), max_entries);
}

std::unique_ptr<Cache> dummy_cache() {
    return std::make_unique<DummyCache>();
}

} // namespace drf_messages::cache
