// SPDX-License-Identifier: MIT
#include "live/hub.hpp"

#include "base/process.hpp"
#include "fibers/wake_up.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace drf_messages::live {
namespace {

/// Rows of the feed that a new watcher is compared with.
constexpr std::size_t kept_rows = 4096;

/// Ends with the last copy, in the process that has made it.
Lease make_lease(std::function<void()> end) {
    static char something; // a lease is not null
    return {&something, [end = std::move(end), process = process_number()](void*) {
                if (process == process_number()) {
                    end();
                }
            }};
}

} // namespace

/// What one process has.
struct Hub::State : std::enable_shared_from_this<Hub::State> {
    struct Watcher {
        std::int64_t after;
        std::function<void()> changed;
    };
    struct Worker {
        std::thread thread;
        fibers::WakeUp wake_up;
        bool is_idle = false;
    };
    using SessionEnd = std::function<void(std::string_view)>;

    explicit State(LogSink sink) : log(std::move(sink)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { stop(); }

    // ---- who is told
    void hear(const Feed::Batch& batch);
    bool has_passed(const UserId& user, std::int64_t after) const;

    // ---- jobs
    void add(SteadyClock::time_point moment, Job job);
    void work(Worker& worker);
    std::optional<Job> next_job(std::unique_lock<std::mutex>& lock, Worker& worker);
    void wake_one();
    void stop();

    const LogSink log;
    std::once_flag listens;
    Lease feed_lease;

    std::mutex watchers_mutex;
    std::multimap<UserId, Watcher> watchers;
    std::deque<std::pair<std::int64_t, UserId>> passed; ///< with their positions, rising

    std::mutex session_mutex;
    std::list<SessionEnd> session_ends;

    std::mutex places_mutex;
    std::map<UserId, std::size_t> places;
    std::size_t taken_places = 0;

    std::mutex jobs_mutex;
    std::multimap<SteadyClock::time_point, Job> jobs;
    std::array<Worker, threads> workers;
    bool has_started = false;
    bool is_stopping = false;
};

void Hub::State::hear(const Feed::Batch& batch) {
    const std::lock_guard lock(watchers_mutex);
    if (batch.reset) {
        passed.clear();
        for (const auto& [user, watcher] : watchers) {
            watcher.changed();
        }
        return;
    }
    for (const auto& row : batch.rows) {
        const auto [begin, end] = watchers.equal_range(row.user);
        for (auto found = begin; found != end; ++found) {
            if (row.position > found->second.after) {
                found->second.changed();
                found->second.after = batch.position; // once a batch
            }
        }
        passed.emplace_back(row.position, row.user);
    }
    while (passed.size() > kept_rows) {
        passed.pop_front();
    }
}

bool Hub::State::has_passed(const UserId& user, std::int64_t after) const {
    return std::any_of(passed.rbegin(), passed.rend(), [&](const auto& row) {
        return row.first > after && row.second == user;
    });
}

void Hub::State::add(SteadyClock::time_point moment, Job job) {
    const std::lock_guard lock(jobs_mutex);
    if (is_stopping) {
        return;
    }
    jobs.emplace(moment, std::move(job));
    if (!std::exchange(has_started, true)) {
        for (auto& worker : workers) {
            worker.thread = std::thread([this, &worker] { work(worker); });
        }
    }
    wake_one();
}

/// Under the mutex.
void Hub::State::wake_one() {
    const auto idle = std::find_if(workers.begin(), workers.end(), [](const Worker& worker) {
        return worker.is_idle;
    });
    if (idle != workers.end()) {
        idle->is_idle = false;
        idle->wake_up.notify();
    }
}

std::optional<Hub::Job> Hub::State::next_job(std::unique_lock<std::mutex>& lock, Worker& worker) {
    while (!is_stopping) {
        const auto now = SteadyClock::now();
        if (!jobs.empty() && jobs.begin()->first <= now) {
            auto job = std::move(jobs.begin()->second);
            jobs.erase(jobs.begin());
            if (!jobs.empty() && jobs.begin()->first <= now) {
                wake_one();
            }
            return job;
        }
        worker.is_idle = true;
        worker.wake_up.wait(
            lock, jobs.empty() ? fibers::Deadline() : fibers::Deadline(jobs.begin()->first)
        );
        worker.is_idle = false;
    }
    return std::nullopt;
}

void Hub::State::work(Worker& worker) {
    std::unique_lock lock(jobs_mutex);
    while (auto job = next_job(lock, worker)) {
        lock.unlock();
        try {
            (*job)();
        } catch (const std::exception& error) {
            log(LogLevel::error, std::string("live: ") + error.what());
        }
        job.reset(); // what it holds may end here, and ask for more
        lock.lock();
    }
}

void Hub::State::stop() {
    std::multimap<SteadyClock::time_point, Job> dropped;
    {
        const std::lock_guard lock(jobs_mutex);
        is_stopping = true;
        dropped.swap(jobs);
        for (auto& worker : workers) {
            worker.wake_up.notify();
        }
    }
    for (auto& worker : workers) {
        if (worker.thread.joinable()) {
            worker.thread.join();
        }
    }
}

Hub::Hub(Feed& feed, LogSink log)
    : feed_(feed), log_(std::move(log)), counts_(std::make_shared<StreamCounts>()),
      state_([this](std::shared_ptr<State>*) {
          return std::make_unique<std::shared_ptr<State>>(std::make_shared<State>(log_));
      }) {}

Hub::~Hub() {
    if (auto* const own = state_.get_if_made()) {
        (*own)->feed_lease.reset();
        (*own)->stop();
    }
}

/// The process's own, which hears the feed from now on.
Hub::State& Hub::state() {
    State& own = *state_.get();
    std::call_once(own.listens, [&] {
        own.feed_lease = feed_.listen([&own](const Feed::Batch& batch) { own.hear(batch); });
    });
    return own;
}

Lease Hub::watch(const UserId& user, std::int64_t after, std::function<void()> changed) {
    State& own = state();
    const std::lock_guard lock(own.watchers_mutex);
    const auto added = own.watchers.emplace(user, State::Watcher{after, std::move(changed)});
    if (own.has_passed(user, after)) {
        added->second.changed();
    }
    return make_lease([held = own.shared_from_this(), added] {
        std::multimap<UserId, State::Watcher>::node_type ended; // destroyed without the lock
        const std::lock_guard ending(held->watchers_mutex);
        ended = held->watchers.extract(added);
    });
}

Lease Hub::listen(Feed::Listener listener) {
    return feed_.listen(std::move(listener));
}

void Hub::run(Job job) {
    run_at(SteadyClock::now(), std::move(job));
}

void Hub::run_at(SteadyClock::time_point moment, Job job) {
    (*state_.get()).add(moment, std::move(job));
}

Lease Hub::at_session_end(std::function<void(std::string_view)> ended) {
    State& own = *state_.get();
    const std::lock_guard lock(own.session_mutex);
    const auto added = own.session_ends.insert(own.session_ends.end(), std::move(ended));
    return make_lease([held = own.shared_from_this(), added] {
        const std::lock_guard ending(held->session_mutex);
        held->session_ends.erase(added);
    });
}

void Hub::tell_session_end(std::string_view cookie) {
    State& own = *state_.get();
    const std::lock_guard lock(own.session_mutex);
    for (const auto& ended : own.session_ends) {
        ended(cookie);
    }
}

Hub::Place Hub::take_place(const UserId& user, std::size_t most, std::size_t most_of_user) {
    State& own = *state_.get();
    const std::lock_guard lock(own.places_mutex);
    if (own.taken_places >= most) {
        return {};
    }
    auto& of_user = own.places[user];
    if (of_user >= most_of_user) {
        return {nullptr, true};
    }
    ++of_user;
    counts_->open = ++own.taken_places;
    return {make_lease([counts = counts_, held = own.shared_from_this(), user] {
        const std::lock_guard ending(held->places_mutex);
        counts->open = --held->taken_places;
        const auto found = held->places.find(user);
        if (--found->second == 0) {
            held->places.erase(found);
        }
    })};
}

} // namespace drf_messages::live
