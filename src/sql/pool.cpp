// SPDX-License-Identifier: MIT
#include "sql/pool.hpp"

#include "fibers/scheduler.hpp"
#include "fibers/wait.hpp"
#include "sql/error.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::sql {
namespace {

/// The fibers of a thread have their turns between each other's statements: those of all of them.
thread_local Pool::OpenTransaction* open_transactions = nullptr;

/// How long a database that gives this pool no connection at all is asked for one.
constexpr std::chrono::seconds longest_alone{1};
/// How often one that has given fewer than wanted is asked for more.
constexpr std::chrono::seconds between_questions{1};

/// Null in a thread without fibers.
const void* running_fiber() noexcept {
    const fibers::Scheduler* const scheduler = fibers::Scheduler::current();
    return scheduler != nullptr ? scheduler->ticket().fiber : nullptr;
}

/// Those of SQLite's files of which this process has inherited handles that were in use, and while
/// it forks those that are. Only for who holds forks off.
std::vector<std::string>& unsafe_files() {
    static auto* const files = new std::vector<std::string>;
    return *files;
}

} // namespace

Pool::OpenTransaction::OpenTransaction(const Pool& pool)
    : pool_(pool), fiber_(running_fiber()), next_(std::exchange(open_transactions, this)) {}

Pool::OpenTransaction::~OpenTransaction() {
    OpenTransaction** link = &open_transactions;
    while (*link != this) {
        link = &(*link)->next_;
    }
    *link = next_;
}

Pool::Lease::Lease(Pool& pool, Shared& shared, Pooled pooled)
    : pool_(&pool), shared_(&shared), pooled_(std::move(pooled)) {}

Pool::Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_), shared_(other.shared_), pooled_(std::move(other.pooled_)) {}

Pool::Lease::~Lease() {
    if (pooled_.connection) {
        pool_->give_back(*shared_, std::move(pooled_));
    }
}

Pool::Pool(
    ConnectionFactory open, std::size_t size, std::chrono::milliseconds wait, PoolUpkeep upkeep
)
    : open_(std::move(open)), size_(size), wait_(wait), upkeep_(std::move(upkeep)),
      shared_([this](Shared* inherited) { return make_shared(inherited); }),
      around_fork_([this] { before_fork(); }, [this] { after_fork(); }) {
    if (size_ == 0) {
        throw std::invalid_argument("a pool needs at least one connection");
    }
}

Pool::~Pool() = default;

std::unique_ptr<Pool::Shared> Pool::make_shared(Shared* inherited) const {
    auto shared = std::make_unique<Shared>(size_);
    if (inherited != nullptr && upkeep_.over_fork == OverFork::keep) {
        shared->idle = std::move(inherited->idle);
    }
    if (!upkeep_.file.empty()) {
        const auto lock = inherited == nullptr ? hold_off_forks() : std::unique_lock<std::mutex>();
        const std::vector<std::string>& files = unsafe_files();
        shared->is_unsafe = std::find(files.begin(), files.end(), upkeep_.file) != files.end();
    }
    // give_back() must not allocate, since it runs in a destructor.
    shared->idle.reserve(size_);
    return shared;
}

/// What one call of acquire() has heard of the database.
struct Pool::Refusal {
    std::optional<Error> error;
    std::optional<SteadyClock::time_point> first;
    std::optional<SteadyClock::time_point> alone_since; ///< none of ours is lent
};

Pool::Lease Pool::acquire() {
    refuse_in_transaction();
    Shared& shared = shared_.get();
    take_turn(shared, wait_, nullptr);
    Refusal refusal;
    Pooled pooled = idle_or_new(shared, refusal);
    while (!pooled.connection) {
        wait_for_another(shared, refusal);
        pooled = idle_or_new(shared, refusal);
    }
    return Lease(*this, shared, std::move(pooled));
}

/// None where the database lets no more in. What throws gives the turn back.
Pool::Pooled Pool::idle_or_new(Shared& shared, Refusal& refusal) {
    try {
        for (Pooled pooled = take_idle(shared); pooled.connection; pooled = take_idle(shared)) {
            if (is_fit(pooled, SteadyClock::now())) {
                return pooled;
            }
            pooled = {}; // closed before it no longer counts
            --shared.lent;
        }
        auto connection = open_();
        ++shared.lent;
        return Pooled{std::move(connection), SteadyClock::now(), {}};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::too_many_connections) {
            end_turn(shared);
            throw;
        }
        refusal.error = error;
        return {};
    } catch (...) {
        end_turn(shared);
        throw;
    }
}

/// For one of ours that is lent or, where none is, for the database to have one again. What throws
/// gives the turn back.
void Pool::wait_for_another(Shared& shared, Refusal& refusal) {
    constexpr std::chrono::milliseconds pause{20};
    const auto now = SteadyClock::now();
    refusal.first = refusal.first.value_or(now);
    if (withhold_turn(shared)) {
        refusal.alone_since.reset();
        take_turn(
            shared,
            *refusal.first + wait_ - now,
            "all connections that the database gives are in use"
        );
        return;
    }
    refusal.alone_since = refusal.alone_since.value_or(now);
    if (upkeep_.make_room) {
        upkeep_.make_room(); // each time, since others may have been given one meanwhile
    }
    if (now - *refusal.alone_since >= std::min<SteadyClock::duration>(longest_alone, wait_)) {
        end_turn(shared);
        throw *refusal.error;
    }
    fibers::sleep_for(pause);
}

/// Where some of ours are lent, the turn is nobody's from here on: there is no connection for it.
bool Pool::withhold_turn(Shared& shared) {
    const std::lock_guard lock(shared.mutex);
    if (shared.lent == 0) {
        return false;
    }
    --shared.in_use;
    ++shared.withheld;
    shared.ask_again = SteadyClock::now() + between_questions;
    return true;
}

/// How many turns there are for others when somebody's ends; under the mutex.
std::size_t Pool::freed_turns(Shared& shared) noexcept {
    --shared.in_use;
    if (shared.withheld == 0) {
        return 1;
    }
    if (shared.lent == 0 && shared.idle.empty()) {
        return 1 + std::exchange(shared.withheld, 0); // there is nothing to wait for
    }
    if (SteadyClock::now() < shared.ask_again) {
        return 1;
    }
    shared.ask_again = SteadyClock::now() + between_questions;
    --shared.withheld;
    return 2;
}

void Pool::end_turn(Shared& shared) noexcept {
    std::size_t turns = 0;
    {
        const std::lock_guard lock(shared.mutex);
        turns = freed_turns(shared);
    }
    shared.turns.give_back(turns);
}

void Pool::refuse_in_transaction() const {
    const void* const fiber = open_transactions != nullptr ? running_fiber() : nullptr;
    for (const OpenTransaction* open = open_transactions; open != nullptr; open = open->next_) {
        if (open->fiber_ != fiber) {
            continue;
        }
        if (&open->pool_ == this) {
            throw std::logic_error("this thread is in a transaction of the site: use the "
                                   "transaction for what happens inside it");
        }
        if (!upkeep_.file.empty() && open->pool_.upkeep_.file == upkeep_.file) {
            throw std::logic_error("this thread is in a transaction of another site on the same "
                                   "SQLite file, which would wait for itself: use the transaction "
                                   "for what happens inside it");
        }
    }
}

void Pool::renew() noexcept {
    if (upkeep_.renewals) {
        upkeep_.renewals->renew();
        close_idle();
    }
}

Pool::Open Pool::open_connections() {
    Shared* const shared = shared_.get_if_made();
    if (shared == nullptr) {
        return {};
    }
    const std::lock_guard lock(shared->mutex);
    return {shared->idle.size(), shared->lent};
}

void Pool::close() noexcept {
    closed_ = true;
    close_idle();
}

void Pool::close_idle() noexcept {
    Shared* const shared = shared_.get_if_made();
    std::unique_ptr<Connection> closed; // after the lock is given up
    do {
        closed.reset();
        if (shared != nullptr) {
            const std::lock_guard lock(shared->mutex);
            if (!shared->idle.empty()) {
                closed = pop_idle(*shared).connection;
            }
        }
    } while (closed);
}

/// - otherwise: the error's text; null: the usual one.
void Pool::take_turn(Shared& shared, std::chrono::nanoseconds wait, const char* otherwise) const {
    if (!shared.turns.take(wait)) {
        throw Error(
            ErrorKind::busy,
            "acquire a connection",
            {},
            otherwise ? otherwise : "all " + std::to_string(size_) + " connections are in use"
        );
    }
    ++shared.in_use;
}

/// The one that was used last has the warmest caches.
Pool::Pooled Pool::take_idle(Shared& shared) const {
    if (shared.is_unsafe) {
        throw std::logic_error("this process was forked while its parent was using the SQLite "
                               "file, which is not safe here: fork while nobody uses the site");
    }
    const std::lock_guard lock(shared.mutex);
    if (closed_) {
        throw std::logic_error(after_close);
    }
    if (shared.idle.empty()) {
        return {};
    }
    Pooled pooled = pop_idle(shared);
    ++shared.lent;
    return pooled;
}

/// Under the mutex, where at least one is idle.
Pool::Pooled Pool::pop_idle(Shared& shared) noexcept {
    Pooled pooled = std::move(shared.idle.back());
    shared.idle.pop_back();
    shared.resting = std::min(shared.resting, shared.idle.size());
    return pooled;
}

/// The one that has been unused for longest, of those that do not rest, once that is long; under
/// the mutex.
void Pool::let_one_rest(Shared& shared, SteadyClock::time_point now) noexcept {
    constexpr std::chrono::milliseconds long_unused{50};
    if (shared.resting < shared.idle.size() &&
        now - shared.idle[shared.resting].returned > long_unused) {
        shared.idle[shared.resting].connection->rest();
        ++shared.resting;
    }
}

bool Pool::is_fit(const Pooled& pooled, SteadyClock::time_point now) const {
    Connection& connection = *pooled.connection;
    if (!connection.usable() ||
        (upkeep_.max_age.count() > 0 && now - pooled.opened > upkeep_.max_age)) {
        return false;
    }
    if (connection.dialect() == Dialect::sqlite ||
        now - pooled.returned < upkeep_.check_after_idle) {
        return true;
    }
    try {
        connection.query({"check an idle connection", "SELECT 1"}, {}, [](const Row&) {});
        return true;
    } catch (const Error&) {
        return false;
    }
}

void Pool::give_back(Shared& shared, Pooled pooled) noexcept {
    if (&shared != shared_.get_if_made()) {
        abandon(std::move(pooled.connection)); // lent before fork(), in the parent
        return;
    }
    pooled.connection->give_back();
    if (!pooled.connection->usable() || closed_) {
        // Closing may take its time.
        pooled.connection.reset();
    }
    const auto now = SteadyClock::now();
    pooled.returned = now;
    std::size_t turns = 0;
    {
        const std::lock_guard lock(shared.mutex);
        if (pooled.connection && !closed_) {
            shared.idle.push_back(std::move(pooled));
        }
        let_one_rest(shared, now);
        --shared.lent;
        turns = freed_turns(shared);
    }
    shared.turns.give_back(turns);
}

void Pool::before_fork() noexcept {
    at_fork_ = shared_.get_if_made();
    forking_ = 0;
    if (at_fork_ == nullptr) {
        return;
    }
    // What is in use comes back after the fork.
    at_fork_->mutex.lock();
    if (upkeep_.over_fork != OverFork::close_before) {
        return;
    }
    at_fork_->idle.clear();
    at_fork_->resting = 0;
    if (at_fork_->in_use != 0) {
        unsafe_files().push_back(upkeep_.file);
        forking_ = process_number();
    }
}

void Pool::after_fork() noexcept {
    if (at_fork_ == nullptr) {
        return;
    }
    if (forking_ == process_number()) {
        // One: it may be unsafe by an earlier fork as well.
        std::vector<std::string>& files = unsafe_files();
        files.erase(std::find(files.begin(), files.end(), upkeep_.file));
    }
    at_fork_->mutex.unlock();
}

} // namespace drf_messages::sql
