// SPDX-License-Identifier: MIT
#include "cache/forgiving_cache.hpp"

#include <utility>

namespace drf_messages::cache {
namespace {

class ForgivingCache final : public Cache {
public:
    explicit ForgivingCache(std::unique_ptr<Cache> cache) : cache_(std::move(cache)) {}

    std::optional<Entry> get(std::string_view key) override {
        try {
            return cache_->get(key);
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    void set(std::string_view key, const Entry& entry, std::chrono::seconds timeout) override {
        try {
            cache_->set(key, entry, timeout);
        } catch (const Error&) { // as asked for: the entry is lost
        }
    }

    bool add(std::string_view key, const Entry& entry, std::chrono::seconds timeout) override {
        return cache_->add(key, entry, timeout);
    }

    bool remove(std::string_view key) override {
        try {
            return cache_->remove(key);
        } catch (const Error&) {
            return false;
        }
    }

    void update(std::string_view key, std::chrono::seconds timeout, const Change& change) override {
        try {
            cache_->update(key, timeout, change);
        } catch (const Error&) {
            change(std::nullopt);
        }
    }

    std::optional<std::chrono::microseconds>
    count(std::string_view key, const model::Rate& rate, std::string_view mark) override {
        try {
            return cache_->count(key, rate, mark);
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    void fail(std::string_view key, const model::Rate& rate, std::string_view mark) override {
        try {
            cache_->fail(key, rate, mark);
        } catch (const Error&) { // others wait for its end
        }
    }

    void take_back(std::string_view key, const model::Rate& rate, std::string_view mark) override {
        try {
            cache_->take_back(key, rate, mark);
        } catch (const Error&) { // it counts on
        }
    }

    bool forgets_for_room() override {
        try {
            return cache_->forgets_for_room();
        } catch (const Error&) {
            return false;
        }
    }

private:
    std::unique_ptr<Cache> cache_;
};

} // namespace

std::unique_ptr<Cache> forgiving_cache(std::unique_ptr<Cache> cache) {
    return std::make_unique<ForgivingCache>(std::move(cache));
}

} // namespace drf_messages::cache
