// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace drf_messages::sql {

/// What one connection keeps prepared, at most. A database takes some hundred times as much memory
/// for a statement as its text has, and keeps it as long as the connection.
inline constexpr std::size_t most_kept_statements = 128;
inline constexpr std::size_t most_kept_bytes = 32 * 1024; ///< of all texts together

/// Whether a statement is kept, by the text that is sent. A longer one is prepared for one use.
constexpr bool is_worth_keeping(std::string_view text) {
    return text.size() <= 4000;
}

/// The prepared statements of one connection, by a key that has the text in it; the least recently
/// used one makes room.
/// - Held: what stands for a prepared statement.
template<class Held>
class KeptStatements {
public:
    /// Null when there is none. Valid until the next call of another member.
    Held* find(std::string_view key) {
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) {
            return nullptr;
        }
        recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
        return &found->second->held;
    }

    /// Takes out what has to go before a key of so many bytes is added, which is hardly ever any.
    std::vector<Held> make_room(std::size_t bytes) {
        std::vector<Held> dropped;
        while (!recent_first_.empty() &&
               (recent_first_.size() >= most_kept_statements || bytes_ + bytes > most_kept_bytes)) {
            dropped.push_back(*take_oldest());
        }
        return dropped;
    }

    /// - key: one that is not kept, for which there is room.
    Held& add(std::string_view key, Held held) {
        recent_first_.push_front({std::string(key), std::move(held)});
        by_key_.emplace(recent_first_.front().key, recent_first_.begin());
        bytes_ += key.size();
        return recent_first_.front().held;
    }

    /// The least recently used one, which is kept no longer.
    std::optional<Held> take_oldest() {
        return recent_first_.empty() ? std::nullopt : take(std::prev(recent_first_.end()));
    }

    void forget(std::string_view key) {
        if (const auto found = by_key_.find(key); found != by_key_.end()) {
            take(found->second);
        }
    }

private:
    struct Entry {
        std::string key;
        Held held;
    };

    std::optional<Held> take(typename std::list<Entry>::iterator entry) {
        std::optional<Held> held(std::move(entry->held));
        bytes_ -= entry->key.size();
        by_key_.erase(entry->key);
        recent_first_.erase(entry);
        return held;
    }

    std::list<Entry> recent_first_;
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_key_;
    std::size_t bytes_ = 0;
};

} // namespace drf_messages::sql
