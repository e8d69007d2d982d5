// SPDX-License-Identifier: MIT
#include "sql/postgresql/pipelined_connection.hpp"

#include "fibers/scheduler.hpp"
#include "sql/error.hpp"
#include "sql/foretold.hpp"
#include "sql/postgresql/error.hpp"
#include "sql/postgresql/own_connection.hpp"
#include "sql/postgresql/row.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace drf_messages::sql::postgresql {

namespace {

constexpr std::string_view read_only_transaction = "25006";

class PipelinedConnection final : public Connection {
public:
    explicit PipelinedConnection(std::shared_ptr<SharedConnections> shared)
        : shared_(std::move(shared)) {}

    Dialect dialect() const noexcept override { return Dialect::postgresql; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        if (transaction_ || limit_) {
            end_foresight();
            on_own([&](Connection& own) { own.query(statement, parameters, each); });
            return;
        }
        try {
            if (OwnedResult result = foreseen(statement, parameters)) {
                each_row(result.get(), statement.name, each);
            } else {
                ask(statement, parameters, each);
            }
        } catch (...) {
            if (foretold_ != nullptr) {
                foretold_->fail();
            }
            throw;
        }
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        end_foresight();
        return on_own([&](Connection& own) { return own.execute(statement, parameters); });
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        end_foresight();
        return on_own([&](Connection& own) { return own.insert(statement, parameters); });
    }

    void run_script(const Statement& script) override {
        end_foresight();
        on_own([&](Connection& own) { own.run_script(script); });
    }

    void begin() override {
        if (transaction_) {
            throw std::logic_error("a transaction is open already");
        }
        end_foresight();
        Pool::Lease lease = shared_->own.acquire();
        counted(*lease, [](Connection& own) { own.begin(); });
        transaction_.emplace(std::move(lease));
    }

    void commit() override {
        if (!transaction_) {
            throw std::logic_error("no transaction is open");
        }
        on_own([](Connection& own) { own.commit(); });
        transaction_.reset();
    }

    void rollback() override {
        if (!transaction_) {
            return;
        }
        try {
            on_own([](Connection& own) { own.rollback(); });
        } catch (...) {
            // The transaction ends with its connection, which the pool closes.
            transaction_.reset();
            throw;
        }
        transaction_.reset();
    }

    void foretell(Foretold* foretold) noexcept override {
        foretold_ = foretold;
        answers_.clear();
    }

    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        limit_ = until;
    }

    std::uint64_t statement_count() const noexcept override { return statement_count_; }
    bool usable() const noexcept override { return !transaction_; }

private:
    void end_foresight() noexcept {
        if (foretold_ != nullptr) {
            foretold_->end();
            answers_.clear();
        }
    }

    /// The answer that came with the first question's, if this is what was foreseen.
    OwnedResult foreseen(const Statement& statement, std::span<const Value> parameters);

    void
    ask(const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each);

    /// Absent when the query has to take a connection of its own.
    OwnedResult query_shared(
        SharedPipeline& pipeline, const Statement& statement, std::span<const Value> values
    );
    OwnedResult query_ahead(
        SharedPipeline& pipeline, const Statement& statement, std::span<const Value> values
    );
    OwnedResult answer_of(SharedPipeline& pipeline, PipelineCall& call, const Statement& statement);

    template<class Use>
    std::invoke_result_t<Use&, Connection&> on_own(Use use) {
        if (transaction_) {
            return counted(**transaction_, use);
        }
        const Pool::Lease lease = shared_->own.acquire();
        return counted(*lease, use);
    }

    template<class Use>
    std::invoke_result_t<Use&, Connection&> counted(Connection& own, Use use) {
        struct Count {
            ~Count() { count += own.statement_count() - before; }
            Connection& own;
            std::uint64_t& count;
            std::uint64_t before;
        };
        struct Limit {
            ~Limit() { own.limit_statements(std::nullopt); }
            Connection& own;
        };
        const Count count{own, statement_count_, own.statement_count()};
        own.limit_statements(limit_);
        const Limit limit{own};
        return use(own);
    }

    std::shared_ptr<SharedConnections> shared_;
    std::optional<Pool::Lease> transaction_;
    /// A connection of the pool has it for one call.
    std::optional<std::chrono::steady_clock::time_point> limit_;
    std::uint64_t statement_count_ = 0;
    Foretold* foretold_ = nullptr;     ///< of the request that has the connection
    std::vector<OwnedResult> answers_; ///< to what it has foreseen, until they are taken
};

OwnedResult
PipelinedConnection::foreseen(const Statement& statement, std::span<const Value> parameters) {
    if (foretold_ == nullptr || foretold_->is_beginning()) {
        return nullptr;
    }
    const auto found = foretold_->take(statement, parameters);
    if (found) {
        return std::move(answers_[*found]);
    }
    answers_.clear();
    return nullptr;
}

void PipelinedConnection::ask(
    const Statement& statement,
    std::span<const Value> parameters,
    const std::function<void(const Row&)>& each
) {
    if (SharedPipeline* const pipeline = shared_->pipeline_for(statement.text)) {
        const bool begins = foretold_ != nullptr && foretold_->is_beginning();
        const OwnedResult result = begins ? query_ahead(*pipeline, statement, parameters)
                                          : query_shared(*pipeline, statement, parameters);
        if (result) {
            each_row(result.get(), statement.name, each);
            return;
        }
    }
    on_own([&](Connection& own) { own.query(statement, parameters, each); });
}

PipelineCall call_for(const Statement& statement, const Parameters& parameters) {
    PipelineCall call;
    call.name = statement.name;
    call.text = statement.text;
    call.parameters = &parameters;
    call.key = statement_key(statement.text, parameters.type_letters());
    return call;
}

OwnedResult PipelinedConnection::query_shared(
    SharedPipeline& pipeline, const Statement& statement, std::span<const Value> values
) {
    const Parameters parameters(statement.name, values);
    PipelineCall call = call_for(statement, parameters);
    pipeline.exchange({&call, 1});
    return answer_of(pipeline, call, statement);
}

/// As query_shared(), with what the request will ask behind it.
OwnedResult PipelinedConnection::query_ahead(
    SharedPipeline& pipeline, const Statement& statement, std::span<const Value> values
) {
    const auto questions = foretold_->begin(statement, values);
    std::vector<Parameters> parameters;
    parameters.reserve(1 + questions.size()); // the calls point into it
    std::vector<PipelineCall> calls;
    calls.reserve(1 + questions.size());
    calls.push_back(call_for(statement, parameters.emplace_back(statement.name, values)));
    for (const auto& [foreseen, foreseen_values] : questions) {
        if (shared_->heavy.contains(foreseen.text)) {
            break;
        }
        parameters.emplace_back(foreseen.name, foreseen_values);
        calls.push_back(call_for(foreseen, parameters.back()));
        calls.back().is_foreseen = true;
    }
    pipeline.exchange(calls);
    for (PipelineCall& call : std::span(calls).subspan(1)) {
        if (!call.result && !call.error) {
            break;
        }
        ++statement_count_;
        if (!call.result || is_error(call.result.get())) {
            break; // whoever asks it is told
        }
        shared_->heavy.note(call);
        answers_.push_back(std::move(call.result));
    }
    foretold_->were_answered(answers_.size());
    return answer_of(pipeline, calls.front(), statement);
}

OwnedResult PipelinedConnection::answer_of(
    SharedPipeline& pipeline, PipelineCall& call, const Statement& statement
) {
    if (call.result && is_stale_statement(call.result.get())) {
        // It may have followed somebody's attempt to prepare the statement, which failed.
        call.prepare_anew = true;
        pipeline.exchange({&call, 1});
    }
    if (call.error) {
        ++statement_count_;
        throw *call.error;
    }
    if (!call.result) {
        return nullptr;
    }
    shared_->heavy.note(call);
    if (sqlstate(call.result.get()) == read_only_transaction) {
        // It writes, or locks rows: nothing that others should wait for.
        shared_->heavy.add(statement.text);
        return nullptr;
    }
    ++statement_count_;
    if (is_error(call.result.get())) {
        throw result_error(call.result.get(), statement.name);
    }
    return std::move(call.result);
}

} // namespace

SharedConnections::SharedConnections(const PostgresqlOptions& options)
    : connector(std::make_shared<Connector>(options)), heavy(options.slow_query),
      own([connector = connector] { return own_connection(connector); },
          std::max<std::size_t>(1, options.own_connections),
          options.wait_for_own,
          {.make_room = [this] { give_way(); }}) {
    for (std::size_t i = 0; i < options.shared_connections; ++i) {
        pipelines.push_back(std::make_unique<SharedPipeline>(connector));
    }
}

SharedPipeline* SharedConnections::pipeline_for(std::string_view text) {
    if (heavy.contains(text)) {
        return nullptr;
    }
    const fibers::Scheduler* const scheduler = fibers::Scheduler::current();
    if (scheduler && !pipelines.empty()) {
        // What the fibers of one thread ask travels together.
        SharedPipeline& usual = *pipelines[scheduler->number() % pipelines.size()];
        if (!usual.is_pooled() && !usual.is_away() && !usual.is_held_up()) {
            return &usual;
        }
    }
    SharedPipeline* best = nullptr;
    for (const auto& pipeline : pipelines) {
        if (pipeline->is_pooled()) {
            return nullptr;
        }
        if (!pipeline->is_away() && !pipeline->is_held_up() &&
            (!best || pipeline->load() < best->load())) {
            best = pipeline.get();
        }
    }
    return best;
}

void SharedConnections::give_way() {
    for (const auto& pipeline : pipelines) {
        if (pipeline->give_way()) {
            return; // one is enough
        }
    }
}

std::unique_ptr<Connection> pipelined_connection(std::shared_ptr<SharedConnections> shared) {
    return std::make_unique<PipelinedConnection>(std::move(shared));
}

} // namespace drf_messages::sql::postgresql
