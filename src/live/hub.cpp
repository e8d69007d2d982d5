// SPDX-License-Identifier: MIT
#include "live/hub.hpp"

#include "base/process.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <string>
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
    using SessionEnd = std::function<void(std::string_view)>;

    explicit State(const LogSink& log) : threads{JobThread(log), JobThread(log), JobThread(log)} {}

    void hear(const Feed::Batch& batch);
    bool has_passed(const UserId& user, std::int64_t after) const;

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

    std::array<JobThread, lanes> threads; ///< by Lane
};

void Hub::State::hear(const Feed::Batch& batch) {
    const std::lock_guard lock(watchers_mutex);
    if (batch.reset) {
        passed.clear();
        for (auto& [user, watcher] : watchers) {
            watcher.changed();
            watcher.after = batch.position; // another epoch may count from the beginning
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

Hub::Hub(Feed& feed, LogSink log)
    : feed_(feed), log_(std::move(log)), counts_(std::make_shared<StreamCounts>()),
      state_([this](std::shared_ptr<State>*) {
          return std::make_unique<std::shared_ptr<State>>(std::make_shared<State>(log_));
      }) {}

Hub::~Hub() {
    if (auto* const own = state_.get_if_made()) {
        (*own)->feed_lease.reset();
        for (auto& thread : (*own)->threads) {
            thread.stop();
        }
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

void Hub::run(Lane lane, Job job) {
    run_at(SteadyClock::now(), lane, std::move(job));
}

void Hub::run_at(SteadyClock::time_point moment, Lane lane, Job job) {
    State& own = *state_.get();
    own.threads[std::size_t(lane)].add(moment, std::move(job));
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
