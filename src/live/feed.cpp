// SPDX-License-Identifier: MIT
#include "live/feed.hpp"

#include "base/process.hpp"
#include "fibers/wake_up.hpp"
#include "live/watcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace drf_messages::live {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto first_pause_after_failure = 100ms;
constexpr SteadyClock::duration longest_pause = 1s;

/// A new connection leads where the site's next one will: to whoever was promoted meanwhile.
constexpr auto renew_connection_every = 60s;

/// A listener, while a batch may still reach it.
struct Listening {
    std::recursive_mutex mutex; ///< held during a call, from within which it may end
    Feed::Listener listener;
    bool is_in_call = false;
    bool has_ended = false;
    std::uint64_t process = process_number();
};

void end(Listening& listening) {
    if (listening.process != process_number()) {
        return; // the parent's: whoever holds the mutex may be gone
    }
    const std::lock_guard lock(listening.mutex);
    listening.has_ended = true;
    if (!listening.is_in_call) {
        listening.listener = nullptr;
    }
}

} // namespace

/// What one process has. Lives until both the feed and the thread are done with it.
struct Feed::Running {
    explicit Running(Options given)
        : options(std::move(given)),
          watcher({options.poll_interval, options.history, options.text_keys, log()}) {
        if (options.closes_before_fork) {
            around_fork.emplace(
                [this] {
                    connection_mutex.lock();
                    connection.reset();
                },
                [this] { connection_mutex.unlock(); }
            );
        }
    }

    /// Whoever has stopped the feed may have ended what the log writes to.
    LogSink log() {
        return [this](LogLevel level, std::string_view line) {
            if (!is_stopping) {
                options.log(level, line);
            }
        };
    }

    void start(const std::shared_ptr<Running>& self);
    void begin_here();
    std::shared_ptr<Listening> add(Listener listener);
    void forget(const std::shared_ptr<Listening>& listening);
    void wake() noexcept;
    void stop() noexcept;

    void run();
    std::optional<Watcher::News> look();
    sql::Connection& connect(bool& is_new);
    void fail(const char* reason);
    void deliver(const Watcher::News& news);
    void wait();
    void leave() noexcept;

    const Options options;
    std::atomic<bool> is_started{false};
    std::atomic<bool> is_stopping{false};
    std::atomic<bool> is_woken{false};

    std::mutex start_mutex; ///< held until a start is complete
    std::thread thread;
    bool is_left_alone = false; ///< stopped from within: nobody waits for the thread

    std::mutex wait_mutex;
    fibers::WakeUp woken;

    std::mutex mutex;
    std::vector<std::shared_ptr<Listening>> listeners;
    MessageState position;

    std::atomic<std::int64_t> waiting{0};
    std::atomic<std::int64_t> delay_ms{0};

    // of the thread alone, but for the time of a fork
    std::mutex connection_mutex;
    std::unique_ptr<sql::Connection> connection;
    SteadyClock::time_point opened;
    Watcher watcher;
    std::optional<SteadyClock::duration> pause_after_failure; ///< absent: the last look succeeded

    std::optional<AroundFork> around_fork;
};

void Feed::Running::start(const std::shared_ptr<Running>& self) {
    const std::lock_guard lock(start_mutex);
    if (is_started || is_stopping) {
        return;
    }
    begin_here();
    thread = std::thread([self] { self->run(); });
    is_started = true;
}

/// So that whoever listens first hears all that is committed from now on. Where that cannot be
/// told, his first batch is a reset.
void Feed::Running::begin_here() {
    try {
        if (const auto info = store::feed_info(*options.open())) {
            const MessageState state{info->epoch, info->position};
            watcher.begin(state);
            const std::lock_guard lock(mutex);
            position = state;
        }
    } catch (const std::exception&) {
        // The thread will say so, and try again.
    }
}

std::shared_ptr<Listening> Feed::Running::add(Listener listener) {
    auto listening = std::make_shared<Listening>();
    listening->listener = std::move(listener);
    const std::lock_guard lock(mutex);
    listeners.push_back(listening);
    return listening;
}

void Feed::Running::forget(const std::shared_ptr<Listening>& listening) {
    end(*listening);
    const std::lock_guard lock(mutex);
    std::erase(listeners, listening);
}

void Feed::Running::wake() noexcept {
    if (!is_started || is_woken) {
        return;
    }
    const std::lock_guard lock(wait_mutex);
    is_woken = true;
    woken.notify();
}

void Feed::Running::stop() noexcept {
    std::thread ending;
    {
        const std::lock_guard lock(start_mutex);
        ending = std::move(thread);
        is_left_alone = ending.get_id() == std::this_thread::get_id();
        const std::lock_guard waiting_lock(wait_mutex);
        is_stopping = true;
        woken.notify();
    }
    if (!ending.joinable()) {
        return;
    }
    if (ending.get_id() == std::this_thread::get_id()) {
        ending.detach();
    } else {
        ending.join();
    }
}

void Feed::Running::run() {
    while (!is_stopping) {
        const std::optional<Watcher::News> news = look();
        if (news) {
            deliver(*news);
        }
        if (!news || !news->has_more) {
            wait();
        }
    }
    leave();
}

std::optional<Watcher::News> Feed::Running::look() {
    const std::lock_guard lock(connection_mutex);
    const bool was_woken = is_woken.exchange(false);
    try {
        bool is_new = false;
        sql::Connection& own = connect(is_new);
        std::optional<Watcher::News> news = watcher.look(own, was_woken, is_new);
        if (!options.keeps_connection) {
            connection.reset();
        }
        waiting = watcher.waiting();
        delay_ms = watcher.delay().count();
        if (std::exchange(pause_after_failure, std::nullopt)) {
            log()(LogLevel::info, "the change feed goes on");
        }
        return news;
    } catch (const std::exception& error) {
        fail(error.what());
    } catch (...) {
        fail("an exception of an unknown type");
    }
    return std::nullopt;
}

sql::Connection& Feed::Running::connect(bool& is_new) {
    const auto now = SteadyClock::now();
    const bool is_old = connection && connection->dialect() != sql::Dialect::sqlite &&
                        now - opened > renew_connection_every;
    if (!connection || is_old || !connection->usable()) {
        connection.reset();
        connection = options.open();
        opened = now;
        is_new = options.keeps_connection;
    }
    return *connection;
}

/// Called for each look that failed; says so at the first.
void Feed::Running::fail(const char* reason) {
    connection.reset();
    if (!pause_after_failure) {
        log()(LogLevel::warning, fmt::format("the change feed stands still: {}", reason));
    }
    pause_after_failure =
        pause_after_failure
            ? std::min<SteadyClock::duration>(2 * *pause_after_failure, longest_pause)
            : SteadyClock::duration(first_pause_after_failure);
}

void Feed::Running::deliver(const Watcher::News& news) {
    const Batch batch{
        .epoch = news.state.epoch,
        .rows = news.rows,
        .reset = news.is_reset,
        .position = news.state.position};
    std::vector<std::shared_ptr<Listening>> all;
    {
        const std::lock_guard lock(mutex);
        position = news.state;
        all = listeners;
    }
    for (const std::shared_ptr<Listening>& one : all) {
        const std::lock_guard lock(one->mutex);
        if (is_stopping || one->has_ended) {
            continue;
        }
        one->is_in_call = true;
        try {
            one->listener(batch);
        } catch (const std::exception& error) {
            log()(LogLevel::error, fmt::format("a listener of the change feed: {}", error.what()));
        } catch (...) {
            log()(LogLevel::error, "a listener of the change feed: an unknown exception");
        }
        one->is_in_call = false;
        if (one->has_ended) {
            one->listener = nullptr;
        }
    }
}

void Feed::Running::wait() {
    const auto now = SteadyClock::now();
    const auto pause = pause_after_failure.value_or(
        // What only this process writes it is told of.
        options.keeps_connection ? watcher.pause() : longest_pause
    );
    const auto least = pause_after_failure.value_or(watcher.least_pause());
    std::unique_lock lock(wait_mutex);
    woken.wait_until(lock, now + pause, [this] { return is_stopping || is_woken; });
    woken.wait_until(lock, now + least, [this] { return is_stopping.load(); });
}

/// So that the next server need not wait for the lease's end.
void Feed::Running::leave() noexcept {
    try {
        const std::lock_guard lock(connection_mutex);
        if (connection && !is_left_alone) {
            watcher.leave(*connection);
        }
    } catch (...) {
        // It ends by itself.
    }
    const std::lock_guard lock(connection_mutex);
    connection.reset();
}

Feed::Feed(Options options)
    : running_([options = std::move(options)](std::shared_ptr<Running>* /*inherited*/) {
          return std::make_unique<std::shared_ptr<Running>>(std::make_shared<Running>(options));
      }) {}

Feed::~Feed() {
    stop();
}

void Feed::start() {
    const std::shared_ptr<Running> running = running_.get();
    running->start(running);
}

Lease Feed::listen(Listener listener) {
    const std::shared_ptr<Running> running = running_.get();
    running->start(running);
    std::shared_ptr<Listening> listening = running->add(std::move(listener));
    return {
        listening.get(), [listening, feed = std::weak_ptr<Running>(running)](void* /*listening*/) {
            if (listening->process != process_number()) {
                return;
            }
            if (const std::shared_ptr<Running> left = feed.lock()) {
                left->forget(listening);
            } else {
                end(*listening);
            }
        }};
}

void Feed::wake() noexcept {
    if (std::shared_ptr<Running>* const running = running_.get_if_made()) {
        (*running)->wake();
    }
}

void Feed::stop() noexcept {
    if (std::shared_ptr<Running>* const running = running_.get_if_made()) {
        (*running)->stop();
    }
}

MessageState Feed::position() {
    Running& running = *running_.get();
    const std::lock_guard lock(running.mutex);
    return running.position;
}

std::chrono::milliseconds Feed::delay() {
    return std::chrono::milliseconds(running_.get()->delay_ms);
}

std::int64_t Feed::pending() {
    return running_.get()->waiting;
}

} // namespace drf_messages::live
