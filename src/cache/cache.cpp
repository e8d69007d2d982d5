// SPDX-License-Identifier: MIT
#include "cache/cache.hpp"

#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace drf_messages::cache {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

/// The front of `entries_` was used last, the back is the next to go.
class LocalMemoryCache final : public Cache {
public:
    LocalMemoryCache(std::function<TimePoint()> now, std::size_t max_entries)
        : now_(std::move(now)), max_entries_(max_entries == 0 ? 1 : max_entries) {}

    std::optional<std::string> get(std::string_view key) override {
        std::lock_guard lock(mutex_);
        return find(key);
    }

    void set(std::string_view key, std::string_view value, std::chrono::seconds timeout) override {
        std::lock_guard lock(mutex_);
        store(key, std::string(value), timeout);
    }

    void remove(std::string_view key) override {
        std::lock_guard lock(mutex_);
        erase(key);
    }

    void update(
        std::string_view key,
        std::chrono::seconds timeout,
        const std::function<std::optional<std::string>(const std::optional<std::string>&)>& change
    ) override {
        std::lock_guard lock(mutex_);
        if (auto value = change(find(key))) {
            store(key, std::move(*value), timeout);
        }
    }

private:
    struct Entry {
        std::string key;
        std::string value;
        std::optional<TimePoint> expires;
    };
    using Entries = std::list<Entry>;

    std::optional<std::string> find(std::string_view key) {
        const auto found = index_.find(key);
        if (found == index_.end()) {
            return std::nullopt;
        }
        const auto entry = found->second;
        if (entry->expires && *entry->expires <= now_()) {
            index_.erase(found);
            entries_.erase(entry);
            return std::nullopt;
        }
        entries_.splice(entries_.begin(), entries_, entry);
        return entry->value;
    }

    void store(std::string_view key, std::string value, std::chrono::seconds timeout) {
        erase(key);
        if (timeout <= std::chrono::seconds::zero()) {
            return;
        }
        if (entries_.size() >= max_entries_) {
            index_.erase(entries_.back().key);
            entries_.pop_back();
        }
        std::optional<TimePoint> expires;
        if (timeout < cache_forever) {
            expires = now_() + timeout;
        }
        entries_.push_front(Entry{std::string(key), std::move(value), expires});
        index_.emplace(entries_.front().key, entries_.begin());
    }

    void erase(std::string_view key) {
        if (const auto found = index_.find(key); found != index_.end()) {
            const auto entry = found->second;
            index_.erase(found);
            entries_.erase(entry);
        }
    }

    std::function<TimePoint()> now_;
    std::size_t max_entries_;
    std::mutex mutex_;
    Entries entries_;
    std::unordered_map<std::string_view, Entries::iterator> index_; ///< keys live in `entries_`
};

class DummyCache final : public Cache {
public:
    std::optional<std::string> get(std::string_view) override { return std::nullopt; }
    void set(std::string_view, std::string_view, std::chrono::seconds) override {}
    void remove(std::string_view) override {}
    void update(
        std::string_view,
        std::chrono::seconds,
        const std::function<std::optional<std::string>(const std::optional<std::string>&)>& change
    ) override {
        change(std::nullopt);
    }
};

} // namespace
} // namespace drf_messages::cache

std::unique_ptr<drf_messages::cache::Cache> drf_messages::cache::local_memory_cache(
    std::function<std::chrono::steady_clock::time_point()> now, std::size_t max_entries
) {
    return std::make_unique<LocalMemoryCache>(std::move(now), max_entries);
}

std::unique_ptr<drf_messages::cache::Cache> drf_messages::cache::dummy_cache() {
    return std::make_unique<DummyCache>();
}
