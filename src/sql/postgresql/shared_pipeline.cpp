// SPDX-License-Identifier: MIT
#include "sql/postgresql/shared_pipeline.hpp"

#include "fibers/wait.hpp"
#include "sql/postgresql/statement_deadline.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

// The way of a call:
//
//     exchange() --> waiting_ --> wire_->sent() --> done
//                       ^               |
//                       +---------------+   skipped by the server, or the wire broke (once)
//
// The way of the pipeline, all of it under mutex_, with what is done at each place:
//
//         idle <--------------------------------------------------------------+
//          |                                                                   |
//          | a fiber calls: gather()            a thread calls                 |
//          v                                          |                        |
//     gathering_: the other fibers                    |                        |
//     of its thread go first                          |                        |
//          |                                          |                        |
//          +-------------------> lead() <-------------+                        |
//                                  |                                           |
//                                  v                                           |
//     has_leader_, in_use_: connect, send, take answers in, break off          |
//          |                       ^                    |                      |
//          | calls are under way,  | the socket, or     | the leader's own     |
//          | none waits            | alarm_             | call is done         |
//          v                       |                    v                      |
//     has_leader_: the leader waits for answers    wake_successor() -----------+
//          |                       ^               who leads on, if there is one
//          | a thread calls        | at_rest_; alarm_, if the leader has to
//          v                       | write the rest or to break off
//     has_leader_, in_use_: send_waiting(), by whoever called
//
// A call that comes while in_use_ or gathering_ waits for its turn, and so does a fiber's while the
// leader waits for answers: the leader sends it when answers come in. The wire is used without
// the mutex, by whoever has set in_use_.

namespace drf_messages::sql::postgresql {

namespace {

using std::chrono::steady_clock;

/// A query whose connection dies twice may well be what it dies of.
constexpr int most_times_sent = 2;

/// How long a connection is left to who cannot do without.
constexpr std::chrono::minutes away_for{1};

int make_alarm() {
    const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    return descriptor;
}

void ring(int alarm) {
    eventfd_write(alarm, 1);
}

void silence(int alarm) {
    eventfd_t ignored = 0;
    eventfd_read(alarm, &ignored);
}

} // namespace

SharedPipeline::SharedPipeline(std::shared_ptr<Connector> connector)
    : connector_(std::move(connector)), alarm_(make_alarm()),
      since_renewal_(connector_->options().renewals) {}

SharedPipeline::~SharedPipeline() {
    close(alarm_);
}

bool SharedPipeline::is_held_up() const noexcept {
    const auto since = first_since_.load(std::memory_order_relaxed);
    return since != 0 && steady_clock::now().time_since_epoch().count() - since >
                             steady_clock::duration(connector_->options().slow_query).count();
}

bool SharedPipeline::give_way() {
    std::unique_ptr<PipelineWire> closed; // after the mutex is given up
    const Lock lock(mutex_);
    if (!wire_) {
        return false;
    }
    away_until_ = (steady_clock::now() + away_for).time_since_epoch().count();
    if (in_use_ || has_leader_ || !wire_->sent().empty()) {
        ring(alarm_); // the leader breaks off, or who leads next for what is under way
    } else {
        closed = std::move(wire_);
    }
    return true;
}

bool SharedPipeline::is_away() const noexcept {
    const auto until = away_until_.load(std::memory_order_relaxed);
    return until != 0 && steady_clock::now().time_since_epoch().count() < until;
}

void SharedPipeline::exchange(std::span<PipelineCall> calls) {
    PipelineWaiter waiter{calls.size(), {}};
    load_.fetch_add(calls.size(), std::memory_order_relaxed);
    Lock lock(mutex_);
    waiting_.reserve(waiting_.size() + calls.size());
    for (PipelineCall& call : calls) {
        call.waiter = &waiter;
        waiting_.push_back(&call);
    }
    bool has_gathered = false;
    while (waiter.undone > 0) {
        if (in_use_ || gathering_ || can_join_next_batch()) {
            waiter.wake.wait(lock);
        } else if (!has_gathered && !waiting_.empty()) {
            gather(lock, waiter);
            has_gathered = true;
        } else if (!has_leader_) {
            lead(lock, waiter);
        } else if (!waiting_.empty() && wire_ && !wire_->is_broken()) {
            // The leader waits for answers, so the wire is free.
            send_waiting(lock);
        } else {
            waiter.wake.wait(lock);
        }
    }
    lock.unlock();
    load_.fetch_sub(calls.size(), std::memory_order_relaxed);
}

/// The leader sends it when it takes in the answers to the one that is under way.
bool SharedPipeline::can_join_next_batch() const {
    return has_leader_ && wire_ && !wire_->sent().empty() && fibers::Scheduler::current();
}

/// Each batch costs the server and us about as much as a query does.
void SharedPipeline::gather(Lock& lock, const PipelineWaiter& waiter) {
    fibers::Scheduler* const scheduler = fibers::Scheduler::current();
    if (!scheduler) {
        return;
    }
    gathering_ = true;
    lock.unlock();
    scheduler->let_others_go_first();
    lock.lock();
    gathering_ = false;
    if (waiter.undone == 0 && !in_use_) {
        wake_successor();
    }
}

void SharedPipeline::send_waiting(Lock& lock) {
    in_use_ = true;
    if (is_outdated()) {
        wire_->give_up();
    }
    while (!waiting_.empty() && !wire_->is_broken()) {
        work(lock, false);
    }
    in_use_ = false;
    note_first();
    if (wire_->has_unsent() || wire_->is_broken()) {
        ring(alarm_);
    }
    at_rest_.notify();
}

void SharedPipeline::lead(Lock& lock, const PipelineWaiter& waiter) {
    has_leader_ = true;
    bool readable = false;
    while (waiter.undone > 0) {
        in_use_ = true;
        if (is_outdated()) {
            break_off(lock);
        }
        if (connect(lock)) {
            work(lock, std::exchange(readable, false));
            if (wire_->is_broken()) {
                break_off(lock);
            }
        }
        in_use_ = false;
        note_first();
        if (waiter.undone > 0 && waiting_.empty()) {
            wait_for_answers(lock);
            readable = true;
        }
    }
    if (is_outdated()) {
        break_off(lock);
    }
    has_leader_ = false;
    wake_successor();
}

/// Connects where that is needed; false when it fails, and nobody waits then.
bool SharedPipeline::connect(Lock& lock) {
    if (wire_ && !is_too_old()) {
        return true;
    }
    if (is_away()) {
        fail_waiting(nullptr);
        return false;
    }
    const SinceRenewal since_renewal(connector_->options().renewals);
    lock.unlock();
    std::unique_ptr<PipelineWire> wire;
    std::optional<Error> error;
    try {
        wire = std::make_unique<PipelineWire>(*connector_);
    } catch (const Error& failure) {
        error = failure;
    } catch (const std::exception& failure) {
        error.emplace(ErrorKind::connection_lost, "open the database", "", failure.what());
    }
    lock.lock();
    connected_at_ = steady_clock::now();
    if (wire && wire->is_pooled()) {
        pooled_.store(true, std::memory_order_relaxed);
        wire.reset();
    } else if (error && wire_) {
        return true; // the old one still works, it seems
    }
    wire_ = std::move(wire);
    since_renewal_ = since_renewal;
    if (!wire_) {
        const bool another_way = !error || error->kind() == ErrorKind::too_many_connections;
        fail_waiting(another_way ? nullptr : &*error);
    }
    return wire_ != nullptr;
}

/// Sends what waits, takes in what has arrived, and wakes those whose answer is complete.
void SharedPipeline::work(Lock& lock, bool readable) {
    std::vector<PipelineCall*> to_send = std::exchange(waiting_, {});
    PipelineWire::Answers answers;
    std::span<PipelineCall*> unsent(to_send);
    lock.unlock();
    try {
        const std::size_t batch = wire_->sends_alone() ? 1 : to_send.size();
        while (!unsent.empty() && !wire_->is_broken()) {
            std::span<PipelineCall*> calls = unsent.first(batch);
            unsent = unsent.subspan(batch);
            wire_->send(calls);
        }
        if (readable) {
            wire_->receive(answers);
        }
    } catch (const std::exception&) {
        // Out of memory: libpq and we no longer agree on what is under way.
        wire_->give_up();
    }
    lock.lock();
    waiting_.insert(waiting_.begin(), unsent.begin(), unsent.end());
    waiting_.insert(waiting_.begin(), answers.again.begin(), answers.again.end());
    for (PipelineCall* const call : answers.done) {
        finish(*call);
    }
}

void SharedPipeline::wait_for_answers(Lock& lock) {
    const int to_write = wire_->has_unsent() ? POLLOUT : 0;
    std::array<pollfd, 2> descriptors{{
        {wire_->socket(), static_cast<short>(POLLIN | to_write), 0},
        {alarm_, POLLIN, 0},
    }};
    const fibers::Deadline deadline =
        statement_deadline(connector_->options().statement_timeout, wire_->first_since());
    lock.unlock();
    const bool in_time = fibers::wait_for(descriptors, deadline);
    lock.lock();
    silence(alarm_);
    at_rest_.wait(lock, [this] { return !in_use_; });
    if (!in_time && !wire_->sent().empty()) {
        // The first one is what the server does not answer; the others may try again.
        wire_->sent().front()->times_sent = most_times_sent;
        wire_->give_up();
    }
}

/// The wire is dead: what was under way is sent again on the next one.
void SharedPipeline::break_off(Lock& lock) {
    auto& sent = wire_->sent();
    while (!sent.empty()) {
        PipelineCall& call = *sent.back();
        sent.pop_back();
        if (call.times_sent < most_times_sent) {
            waiting_.insert(waiting_.begin(), &call);
        } else {
            call.error = wire_->error(call.name);
            finish(call);
        }
    }
    std::unique_ptr<PipelineWire> broken = std::move(wire_);
    lock.unlock();
    broken.reset();
    lock.lock();
}

void SharedPipeline::finish(PipelineCall& call) {
    // Under the mutex: the call is gone as soon as its thread sees that all of its calls are done.
    if (--call.waiter->undone == 0) {
        call.waiter->wake.notify();
    }
}

void SharedPipeline::fail_waiting(const Error* error) {
    for (PipelineCall* const call : std::exchange(waiting_, {})) {
        if (error) {
            call->error = *error;
        }
        finish(*call);
    }
}

void SharedPipeline::wake_successor() {
    if (!waiting_.empty()) {
        waiting_.front()->waiter->wake.notify();
    } else if (wire_ && !wire_->sent().empty()) {
        wire_->sent().front()->waiter->wake.notify();
    }
}

void SharedPipeline::note_first() {
    const bool any = wire_ && !wire_->sent().empty();
    first_since_.store(
        any ? wire_->first_since().time_since_epoch().count() : 0, std::memory_order_relaxed
    );
}

/// What is under way on it is asked again, on the next one or another way.
bool SharedPipeline::is_outdated() const {
    return wire_ && (!since_renewal_.is_current() || is_away());
}

bool SharedPipeline::is_too_old() const {
    const auto max_age = connector_->options().max_age;
    return max_age.count() > 0 && wire_->sent().empty() &&
           steady_clock::now() - connected_at_ > max_age;
}

} // namespace drf_messages::sql::postgresql
