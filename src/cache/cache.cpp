// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace drf_messages::cache {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

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

} // namespace

std::unique_ptr<Cache> local_memory_cache(
    std::function<std::chrono::steady_clock::time_point()> now, std::size_t max_entries
) {
    return std::make_unique<LocalMemoryCache>(std::move(now), max_entries);
}

std::unique_ptr<Cache> dummy_cache() {
    return std::make_unique<DummyCache>();
}

} // namespace drf_messages::cache
