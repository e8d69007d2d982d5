// SPDX-License-Identifier: MIT
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::server {

/// What the streams of a test say, each the same, and what becomes of them. From any thread; must
/// live longer than the streams.
class Talk {
public:
    http::Response answer() {
        http::Response response;
        response.headers.add("Content-Type", "text/event-stream");
        response.stream = std::make_shared<Listener>(*this);
        return response;
    }

    /// To each stream that is there, and to those that come.
    void say(std::string text) {
        change([&] { said_.push_back(std::move(text)); });
        wake_all();
    }
    void end() {
        change([&] { ended_ = true; });
        wake_all();
    }
    /// To be said, bytes of it, again and again.
    void say_for_ever() {
        change([&] { for_ever_ = true; });
    }
    void leave_last_words(std::string text) {
        change([&] { last_words_ = std::move(text); });
    }
    void fail() {
        change([&] { fails_ = true; });
        wake_all();
    }

    int started() const { return look(started_); }
    int destroyed() const { return look(destroyed_); }
    int drained() const { return look(drained_); }
    int asked() const { return look(asked_); }
    std::size_t given_bytes() const { return look(given_bytes_); }

    /// These wait for a minute at most, and return whether it has come about.
    bool wait_until_started(int count) { return wait_until(started_, count); }
    bool wait_until_destroyed(int count) { return wait_until(destroyed_, count); }

    std::vector<http::Stream::Wake> wakes() const { return look(wakes_); }
    void wake_all() {
        for (const auto& wake : wakes()) {
            wake();
        }
    }

private:
    class Listener : public http::Stream {
    public:
        explicit Listener(Talk& talk) : talk_(talk) {}
        ~Listener() override {
            talk_.change([&] { ++talk_.destroyed_; });
        }

        void start(Wake wake) override {
            talk_.change([&] {
                ++talk_.started_;
                talk_.wakes_.push_back(std::move(wake));
            });
        }
        std::optional<std::string> read(std::size_t most) override {
            std::optional<std::string> piece;
            talk_.change([&] { piece = talk_.next(*this, most); });
            return piece;
        }
        void drain() override {
            talk_.change([&] {
                ++talk_.drained_;
                is_drained_ = true;
            });
        }

    private:
        friend Talk;
        Talk& talk_;
        std::size_t heard_ = 0;
        bool is_drained_ = false;
        bool has_last_words_ = true;
    };

    std::optional<std::string> next(Listener& listener, std::size_t most) {
        ++asked_;
        if (fails_) {
            throw std::runtime_error("nothing to say");
        }
        std::string piece;
        if (for_ever_) {
            piece.assign(most, 'x');
        } else if (listener.heard_ < said_.size()) {
            piece = said_[listener.heard_++].substr(0, most);
        } else if (listener.is_drained_) {
            piece = std::exchange(listener.has_last_words_, false) ? last_words_ : "";
        } else if (ended_) {
            return std::nullopt;
        }
        given_bytes_ += piece.size();
        return piece;
    }

    template<class Change>
    void change(Change change) {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }
    template<class Value>
    Value look(const Value& value) const {
        const std::lock_guard lock(mutex_);
        return value;
    }
    bool wait_until(const int& value, int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return value >= count; });
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> said_;
    bool ended_ = false;
    bool for_ever_ = false;
    bool fails_ = false;
    std::string last_words_;
    std::vector<http::Stream::Wake> wakes_;
    int started_ = 0;
    int destroyed_ = 0;
    int drained_ = 0;
    int asked_ = 0;
    std::size_t given_bytes_ = 0;
};

} // namespace drf_messages::server
