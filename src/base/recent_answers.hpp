// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace drf_messages {

/// Recent answers of a costly function, by the text that it was asked about, which must be the same
/// byte for byte. For functions that depend on nothing else. The least recently used answer makes
/// room. Thread safe.
template<class Answer>
class RecentAnswers {
public:
    /// - limit_bytes: of all texts and answers together. An answer that alone would take a
    ///   sixteenth of it is not kept.
    explicit RecentAnswers(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

    /// Null when none is kept.
    std::shared_ptr<const Answer> find(std::string_view text) {
        const std::lock_guard lock(mutex_);
        const auto found = by_text_.find(text);
        if (found == by_text_.end()) {
            return nullptr;
        }
        recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
        return found->second->answer;
    }

    /// - answer_bytes: roughly how much memory the answer takes.
    void keep(std::string_view text, Answer answer, std::size_t answer_bytes) {
        const std::size_t bytes = text.size() + answer_bytes + overhead_bytes;
        if (bytes > limit_bytes_ / 16) {
            return;
        }
        auto shared = std::make_shared<const Answer>(std::move(answer));
        const std::lock_guard lock(mutex_);
        if (by_text_.contains(text)) {
            return; // another thread was faster
        }
        while (kept_bytes_ + bytes > limit_bytes_) {
            forget_last();
        }
        recent_first_.push_front({std::string(text), std::move(shared), bytes});
        by_text_.emplace(recent_first_.front().text, recent_first_.begin());
        kept_bytes_ += bytes;
    }

private:
    struct Entry {
        std::string text;
        std::shared_ptr<const Answer> answer;
        std::size_t bytes;
    };

    /// The overhead of the list, the table and the allocations.
    static constexpr std::size_t overhead_bytes = sizeof(Entry) + sizeof(Answer) + 128;

    void forget_last() {
        const Entry& last = recent_first_.back();
        kept_bytes_ -= last.bytes;
        by_text_.erase(last.text);
        recent_first_.pop_back();
    }

    std::mutex mutex_;
    const std::size_t limit_bytes_;
    std::size_t kept_bytes_ = 0;
    std::list<Entry> recent_first_;
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> by_text_;
};

} // namespace drf_messages
