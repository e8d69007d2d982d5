// SPDX-License-Identifier: MIT
#include "server/workers.hpp"

#include "fibers/scheduler.hpp"
#include "fibers/seat.hpp"
#include "server/connection.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace drf_messages::server {

/// A worker's, which is taken again when it has answered a request during which it was away.
class Workers::WorkerSeat final : public fibers::Seat {
public:
    explicit WorkerSeat(Workers& workers) : workers_(workers) {}
    WorkerSeat(const WorkerSeat&) = delete;
    WorkerSeat& operator=(const WorkerSeat&) = delete;
    ~WorkerSeat() override {
        if (is_taken_) {
            workers_.seats_->give_back();
        }
    }

    /// False when the thread is to end, since the others are enough.
    bool take() {
        constexpr std::chrono::hours long_time{1000};
        while (!is_taken_) {
            if (workers_.let_go_of_this_one()) {
                return false;
            }
            is_taken_ = workers_.seats_->take(long_time);
        }
        return true;
    }

    void leave() noexcept override {
        --workers_.busy_;
        // It is given up once, however often the request leaves.
        if (std::exchange(is_taken_, false)) {
            workers_.seats_->give_back();
        }
        workers_.stand_in_for_one();
    }

    void come_back() noexcept override {
        ++workers_.busy_;
        const std::lock_guard lock(workers_.mutex_);
        --workers_.away_;
    }

private:
    Workers& workers_;
    bool is_taken_ = false;
};

void Workers::start(std::size_t threads, std::size_t fibers) {
    const std::size_t count = std::max<std::size_t>(threads, 1);
    const std::lock_guard lock(mutex_);
    count_ = count;
    seats_.emplace(count);
    threads_.reserve(count);
    // one is left to those who wait for their answer before they ask again
    ready_.set_most_next_turns(std::max<std::size_t>(count - 1, 1));
    for (std::size_t i = 0; i < count; ++i) {
        threads_.emplace_back([this, fibers, i] { fibers > 1 ? work_in_fibers(fibers, i) : work(); }
        );
    }
}

void Workers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    // Who has a seat sees it and gives the seat to one who waits for it.
    ready_.stop();
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    ready_.clear();
}

void Workers::work() {
    WorkerSeat seat(*this);
    while (seat.take()) {
        auto connection = ready_.wait();
        if (!connection) {
            return;
        }
        ++busy_;
        Connection::serve(std::move(connection));
        --busy_;
    }
}

/// So that there are as many threads as seats, but for those that are away.
void Workers::stand_in_for_one() noexcept {
    const std::lock_guard lock(mutex_);
    ++away_;
    if (stopping_ || threads_.size() - away_ >= count_) {
        return;
    }
    try {
        threads_.emplace_back([this] { work(); });
    } catch (const std::exception&) {
        // The system has no more: there is one less until somebody comes back.
    }
}

/// When there are more threads than seats, but for those that are away.
bool Workers::let_go_of_this_one() {
    const std::lock_guard lock(mutex_);
    if (stopping_ || threads_.size() - away_ <= count_) {
        return false;
    }
    const auto self = std::find_if(threads_.begin(), threads_.end(), [](const std::thread& thread) {
        return thread.get_id() == std::this_thread::get_id();
    });
    self->detach();
    threads_.erase(self);
    return true;
}

void Workers::work_in_fibers(std::size_t most, std::size_t number) {
    fibers::Scheduler scheduler(most, number);
    const auto serve = [](std::shared_ptr<Connection> connection) {
        return [connection = std::move(connection)]() mutable {
            Connection::serve(std::move(connection));
        };
    };
    const auto takes_more = [&] { return !scheduler.is_full() && !ready_.is_stopped(); };
    while (!ready_.is_stopped() || !scheduler.is_empty()) {
        auto connection = scheduler.is_empty() ? ready_.wait() : nullptr;
        ++busy_;
        if (connection) {
            scheduler.start(serve(std::move(connection)));
        }
        while (takes_more() && (connection = ready_.poll())) {
            scheduler.start(serve(std::move(connection)));
        }
        const bool any = scheduler.go_on() || scheduler.let_patient_go_on();
        --busy_;
        if (!any && !scheduler.is_empty()) {
            const bool more = takes_more();
            busy_ += more ? 0 : 1;
            scheduler.wait(more ? ready_.descriptor() : -1);
            busy_ -= more ? 0 : 1;
        }
    }
}

} // namespace drf_messages::server
