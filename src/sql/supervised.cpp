// SPDX-License-Identifier: MIT
#include "sql/supervised.hpp"

#include "base/process.hpp"
#include "metrics/process_metrics.hpp"
#include "sql/error.hpp"
#include "sql/foretold.hpp"
#include "sql/retry_pause.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace drf_messages::sql {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A query that was lost after a longer time has waited for a database that does not answer; asking
/// again would double that.
constexpr std::chrono::seconds quickly_lost{2};

template<class MakeText>
void warn(const Supervision& supervision, MakeText text) noexcept {
    try {
        supervision.log(LogLevel::warning, text());
    } catch (...) {
        // Without memory for a line there is none.
    }
}

/// Logs and measures at the end of its life, so that a failing statement is timed as well.
class StopWatch {
public:
    StopWatch(const Supervision& supervision, std::string_view name)
        : supervision_(supervision), name_(name) {}
    StopWatch(const StopWatch&) = delete;
    StopWatch& operator=(const StopWatch&) = delete;
    ~StopWatch() {
        const bool is_measured = supervision_.is_measured && metrics::measures_statements();
        const bool has_limit = supervision_.slow_statement.count() != 0;
        if (!has_limit && !is_measured) {
            return;
        }
        const auto taken = elapsed();
        if (is_measured) {
            metrics::process_metrics().statements.observe(name_, taken);
        }
        if (has_limit && taken >= supervision_.slow_statement) {
            warn(supervision_, [&] {
                const double seconds = std::chrono::duration<double>(taken).count();
                return fmt::format("slow statement: {} took {:.3f} s", name_, seconds);
            });
        }
    }

    SteadyClock::duration elapsed() const { return SteadyClock::now() - start_; }

private:
    const Supervision& supervision_;
    std::string_view name_;
    SteadyClock::time_point start_ = SteadyClock::now();
};

/// What may be run again after the connection was lost.
struct Repeat {
    bool always = false; ///< even what may have been executed
    bool never = false;  ///< rows have been handed out
    /// Text of a query: one that only reads is repeated even when it may have been executed.
    std::string_view query{};

    bool if_perhaps_executed() const { return always || only_reads(query); }
};

class SupervisedConnection final : public Connection {
public:
    SupervisedConnection(ConnectionFactory open, std::shared_ptr<const Supervision> supervision)
        : open_(std::move(open)), supervision_(std::move(supervision)),
          since_renewal_(supervision_->renewals), inner_(open_()), dialect_(inner_->dialect()) {}
    SupervisedConnection(const SupervisedConnection&) = delete;
    SupervisedConnection& operator=(const SupervisedConnection&) = delete;
    ~SupervisedConnection() override {
        if (is_parents()) {
            abandon(std::move(inner_));
        }
    }

    Dialect dialect() const noexcept override { return dialect_; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        supervise(statement, each, [&](Connection& connection, const auto& watched) {
            connection.query(statement, parameters, watched);
        });
    }

    void query_while(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<bool(const Row&)>& each
    ) override {
        supervise(statement, each, [&](Connection& connection, const auto& watched) {
            connection.query_while(statement, parameters, watched);
        });
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        const std::int64_t changed = run(statement.name, Repeat{}, [&](Connection& connection) {
            return connection.execute(statement, parameters);
        });
        note_write(changed > 0);
        return changed;
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        const std::int64_t id = run(statement.name, Repeat{}, [&](Connection& connection) {
            return connection.insert(statement, parameters);
        });
        note_write(true);
        return id;
    }

    void run_script(const Statement& script) override {
        // What a script has done before it failed is not known, so that it is not run again.
        refuse_parents_transaction();
        reopen_if_lost();
        watch(script.name, [&] { inner_->run_script(script); });
        note_write(true);
    }

    void begin() override { begin_sharing(Sharing::none); }

    void begin_sharing(Sharing sharing) override {
        // Nothing has happened yet, so that it can be repeated even when it may have been executed.
        run("begin", Repeat{true}, [sharing](Connection& connection) {
            connection.begin_sharing(sharing);
        });
        in_transaction_ = true;
        has_written_ = false;
    }

    void commit() override {
        refuse_parents_transaction();
        watch("commit", [&] { inner_->commit(); });
        in_transaction_ = false;
        note_write(std::exchange(has_written_, false));
    }

    void rollback() override {
        if (!std::exchange(in_transaction_, false)) {
            return;
        }
        if (is_parents()) {
            return; // who will say what becomes of it
        }
        if (lost_) {
            close(); // which is how the database knows that it is to roll back
            return;
        }
        try {
            watch("rollback", [&] { inner_->rollback(); });
        } catch (...) {
            lost_ = true;
            throw;
        }
    }

    void begin_snapshot() override {
        if (inner_ && !is_parents()) {
            inner_->begin_snapshot();
        }
    }

    std::optional<std::int64_t> recall(std::string_view what, std::int64_t of) override {
        return inner_ && !is_parents() ? inner_->recall(what, of) : std::nullopt;
    }

    void remember(std::string_view what, std::int64_t of, std::int64_t number) override {
        if (inner_ && !is_parents()) {
            inner_->remember(what, of, number);
        }
    }

    void give_back() noexcept override {
        if (inner_ && !is_parents()) {
            inner_->give_back();
        }
    }

    void rest() noexcept override {
        if (inner_ && !is_parents()) {
            inner_->rest();
        }
    }

    /// Only of the connection that is there: one that is opened in its place asks as it is asked.
    void foretell(Foretold* foretold) noexcept override {
        if (inner_ && !is_parents()) {
            inner_->foretell(foretold);
        }
    }

    void limit_statements(std::optional<SteadyClock::time_point> until) noexcept override {
        limit_ = until;
        if (inner_) {
            inner_->limit_statements(until);
        }
    }

    bool fold_as_like(
        std::string_view table, std::string_view column, std::vector<std::string>& texts
    ) override {
        return run("fold_as_like", Repeat{true}, [&](Connection& connection) {
            return connection.fold_as_like(table, column, texts);
        });
    }

    std::uint64_t statement_count() const noexcept override {
        return statements_before_ + (inner_ ? inner_->statement_count() : 0);
    }

    bool usable() const noexcept override {
        return !lost_ && inner_ && !is_parents() && since_renewal_.is_current() && inner_->usable();
    }

    void report(std::string_view text) const noexcept override {
        warn(*supervision_, [&] { return text; });
    }

protected:
    bool can_hold_beyond_ascii(
        std::string_view table, std::string_view column, std::string_view text
    ) override {
        return run("can_hold", Repeat{true}, [&](Connection& connection) {
            return connection.can_hold(table, column, text);
        });
    }

private:
    /// Logs when it was slow, and notices when the connection is lost.
    template<class Call>
    std::invoke_result_t<Call> watch(std::string_view name, Call call);

    /// Retries as supervised() promises. `repeat` is looked at after a failure.
    template<class Call>
    std::invoke_result_t<Call, Connection&>
    run(std::string_view name, const Repeat& repeat, Call call);

    /// Runs a query by way of `call`, and not again once a row has been handed out.
    template<class Answer, class Call>
    void supervise(
        const Statement& statement, const std::function<Answer(const Row&)>& each, Call call
    ) {
        Repeat repeat{false, false, statement.text};
        const auto watched = [&](const Row& row) {
            repeat.never = true;
            return each(row);
        };
        // A reference fits into std::function without memory of its own.
        const std::function<Answer(const Row&)> by_reference = std::cref(watched);
        run(statement.name, repeat, [&](Connection& connection) { call(connection, by_reference); }
        );
    }

    /// Tells of it once it is committed.
    void note_write(bool has_written) {
        doubt_the_foretold();
        if (!has_written || !supervision_->committed) {
            return;
        }
        if (in_transaction_) {
            has_written_ = true;
        } else {
            supervision_->committed();
        }
    }

    bool is_parents() const noexcept {
        return process_ != process_number() && supervision_->over_fork != OverFork::keep;
    }
    void refuse_parents_transaction() const;
    void reopen_if_lost();
    void close();

    ConnectionFactory open_;
    std::shared_ptr<const Supervision> supervision_;
    SinceRenewal since_renewal_;
    std::unique_ptr<Connection> inner_;
    Dialect dialect_;
    std::uint64_t process_ = process_number(); ///< that has opened it
    std::uint64_t statements_before_ = 0;
    std::optional<SteadyClock::time_point> limit_;
    bool lost_ = false;
    bool in_transaction_ = false;
    bool has_written_ = false; ///< in the transaction
};

template<class Call>
std::invoke_result_t<Call> SupervisedConnection::watch(std::string_view name, Call call) {
    const StopWatch watch(*supervision_, name);
    try {
        return call();
    } catch (const Error& error) {
        lost_ = lost_ || error.kind() == ErrorKind::connection_lost;
        throw;
    }
}

template<class Call>
std::invoke_result_t<Call, Connection&>
SupervisedConnection::run(std::string_view name, const Repeat& repeat, Call call) {
    if (in_transaction_) {
        refuse_parents_transaction();
        return watch(name, [&] { return call(*inner_); });
    }
    bool reopened = false;
    for (int failed = 0;;) {
        reopen_if_lost();
        const StopWatch watch(*supervision_, name);
        try {
            return call(*inner_);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::connection_lost) {
                lost_ = true;
                const bool may_repeat =
                    !repeat.never && (error.retryable() || repeat.if_perhaps_executed());
                if (!may_repeat || reopened || watch.elapsed() > quickly_lost) {
                    throw;
                }
                reopened = true;
                continue;
            }
            if (!error.retryable() || repeat.never || ++failed >= retry_attempts) {
                throw;
            }
        }
        pause_before_retry(failed);
    }
}

void SupervisedConnection::refuse_parents_transaction() const {
    if (in_transaction_ && process_ != process_number()) {
        throw std::logic_error("a transaction was used after fork(): it is the parent's");
    }
}

void SupervisedConnection::reopen_if_lost() {
    if (!in_transaction_ && process_ != process_number()) {
        if (is_parents()) {
            abandon(std::move(inner_));
            lost_ = true;
        }
        process_ = process_number();
    }
    if (lost_ && !in_transaction_) {
        close();
        since_renewal_ = SinceRenewal(supervision_->renewals);
        inner_ = open_();
        inner_->limit_statements(limit_);
        lost_ = false;
    }
}

void SupervisedConnection::close() {
    if (inner_) {
        statements_before_ += inner_->statement_count();
        inner_.reset();
    }
}

} // namespace

ConnectionFactory supervised(ConnectionFactory open, Supervision supervision) {
    auto shared = std::make_shared<const Supervision>(std::move(supervision));
    return [open = std::move(open), shared = std::move(shared)]() -> std::unique_ptr<Connection> {
        return std::make_unique<SupervisedConnection>(open, shared);
    };
}

} // namespace drf_messages::sql
