// SPDX-License-Identifier: MIT
#include "sql/postgresql/own_connection.hpp"

#include "fibers/wait.hpp"
#include "sql/error.hpp"
#include "sql/postgresql/error.hpp"
#include "sql/postgresql/parameters.hpp"
#include "sql/postgresql/row.hpp"
#include "sql/postgresql/statement_deadline.hpp"
#include "sql/postgresql/statement_text.hpp"
#include "sql/postgresql/statements.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::sql::postgresql {

namespace {

/// In the server's milliseconds. Some are left for what ends the transaction.
std::int64_t left_until(std::chrono::steady_clock::time_point end) {
    constexpr std::int64_t least = 20;
    const auto left = end - std::chrono::steady_clock::now();
    return std::max(least, std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
}

class OwnConnection final : public Connection {
public:
    explicit OwnConnection(std::shared_ptr<Connector> connector)
        : connector_(std::move(connector)), since_renewal_(connector_->options().renewals) {
        OpenedConnection opened = connector_->open(false);
        connection_ = std::move(opened.connection);
        pooled_ = opened.pooled;
        libpq().PQsetnonblocking(connection_.get(), 1);
    }

    Dialect dialect() const noexcept override { return Dialect::postgresql; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        each_row(run(statement, parameters).get(), statement.name, each);
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        return changed_rows(run(statement, parameters).get());
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        const std::string text = returning_id(statement.text);
        return first_number(run({statement.name, text}, parameters).get());
    }

    void run_script(const Statement& script) override;
    void begin() override;
    void commit() override;
    void rollback() override;

    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        limit_ = until;
    }

    std::uint64_t statement_count() const noexcept override { return statement_count_; }
    bool usable() const noexcept override;

private:
    OwnedResult run(const Statement& statement, std::span<const Value> parameters);
    OwnedResult run_limited(const Statement& statement, std::span<const Value> parameters);
    OwnedResult run_unlimited(const Statement& statement, std::span<const Value> parameters);
    void send(const Statement& statement, const Parameters& parameters, const std::string& key);
    std::string prepare(
        std::string_view name,
        const std::string& text,
        const Parameters& parameters,
        const std::string& key
    );
    OwnedResult run_simple(std::string_view name, const std::string& text);
    void check_sent(int sent, std::string_view name);
    OwnedResult answer(std::string_view name);
    [[noreturn]] void lose(const Error& error);

    std::shared_ptr<Connector> connector_;
    SinceRenewal since_renewal_;
    OwnedPgConnection connection_;
    PreparedStatements statements_;
    std::uint64_t statement_count_ = 0;
    std::uint64_t script_results_ = 0;
    bool pooled_ = false;
    bool usable_ = true;
    bool may_write_ = true; ///< as far as is known
    bool in_transaction_ = false;
    std::optional<std::chrono::steady_clock::time_point> limit_;
};

OwnedResult OwnConnection::run(const Statement& statement, std::span<const Value> values) {
    return limit_ ? run_limited(statement, values) : run_unlimited(statement, values);
}

/// The server forgets the limit with the transaction, so that nothing of it can stay, not even
/// behind a pooler.
OwnedResult OwnConnection::run_limited(const Statement& statement, std::span<const Value> values) {
    const PostgresqlOptions& options = connector_->options();
    statement_count_ += 2;
    const std::string set = "SET LOCAL statement_timeout = " + std::to_string(left_until(*limit_));
    if (in_transaction_) {
        run_simple(statement.name, set);
        OwnedResult result = run_unlimited(statement, values);
        run_simple(statement.name, usual_timeout_text(options, pooled_));
        return result;
    }
    run_simple(statement.name, begin_text(options, pooled_) + "; " + set);
    try {
        OwnedResult result = run_unlimited(statement, values);
        run_simple(statement.name, "COMMIT");
        return result;
    } catch (...) {
        if (usable_) {
            run_simple(statement.name, "ROLLBACK");
        }
        throw;
    }
}

OwnedResult
OwnConnection::run_unlimited(const Statement& statement, std::span<const Value> values) {
    const Parameters parameters(statement.name, values);
    ++statement_count_;
    if (!usable_) {
        throw connection_error(nullptr, statement.name);
    }
    const std::string key = statement_key(statement.text, parameters.type_letters());
    send(statement, parameters, key);
    OwnedResult result = answer(statement.name);
    if (is_stale_statement(result.get())) {
        statements_.forget(key);
    }
    if (is_error(result.get())) {
        const Error error = result_error(result.get(), statement.name);
        // It may be this session's own setting, which a new one has no more once it is mended.
        may_write_ = may_write_ && error.kind() != ErrorKind::read_only;
        throw error;
    }
    return result;
}

void OwnConnection::send(
    const Statement& statement, const Parameters& parameters, const std::string& key
) {
    const std::string* const known = pooled_ ? nullptr : statements_.find(key);
    const std::string text = known ? std::string() : numbered_parameters(statement.text);
    if (pooled_ || (!known && !is_worth_keeping(text))) {
        check_sent(send_once(connection_.get(), text, parameters), statement.name);
        return;
    }
    const std::string name = known ? *known : prepare(statement.name, text, parameters, key);
    check_sent(
        libpq().PQsendQueryPrepared(
            connection_.get(),
            name.c_str(),
            parameters.count(),
            parameters.values(),
            nullptr,
            nullptr,
            0
        ),
        statement.name
    );
}

/// - text: with numbered parameters.
std::string OwnConnection::prepare(
    std::string_view name,
    const std::string& text,
    const Parameters& parameters,
    const std::string& key
) {
    const PreparedStatements::Added added = statements_.add(key);
    try {
        for (const std::string& replaced : added.replaced) {
            run_simple(name, "DEALLOCATE " + replaced);
        }
        check_sent(
            libpq().PQsendPrepare(
                connection_.get(),
                added.name.c_str(),
                text.c_str(),
                parameters.count(),
                parameters.types()
            ),
            name
        );
        const OwnedResult result = answer(name);
        if (is_error(result.get())) {
            throw result_error(result.get(), name);
        }
    } catch (...) {
        statements_.forget(key);
        throw;
    }
    return added.name;
}

void OwnConnection::check_sent(int sent, std::string_view name) {
    if (sent == 0) {
        lose(connection_error(connection_.get(), name));
    }
}

OwnedResult OwnConnection::answer(std::string_view name) {
    PGconn* const connection = connection_.get();
    const auto deadline = statement_deadline(connector_->options().statement_timeout);
    OwnedResult last;
    for (;;) {
        const int unsent = libpq().PQflush(connection);
        if (unsent < 0) {
            lose(connection_error(connection, name));
        }
        if (unsent > 0 || libpq().PQisBusy(connection)) {
            const auto events = static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0));
            if (!fibers::wait_for(libpq().PQsocket(connection), events, deadline)) {
                lose(Error(ErrorKind::connection_lost, name, {}, "the server does not answer"));
            }
            // When it fails, the results say why.
            libpq().PQconsumeInput(connection);
            if (libpq().PQstatus(connection) == CONNECTION_OK) {
                continue;
            }
        }
        OwnedResult next(libpq().PQgetResult(connection));
        if (!next) {
            break;
        }
        // Of several statements at once, the first error counts.
        if (!last || !is_error(last.get())) {
            last = std::move(next);
            script_results_ += 1;
        }
    }
    if (!last || libpq().PQstatus(connection) != CONNECTION_OK) {
        lose(
            last && is_error(last.get()) ? last_words(last.get(), name)
                                         : connection_error(connection, name)
        );
    }
    return last;
}

/// The connection is of no more use; whether the statement was done is not known.
void OwnConnection::lose(const Error& error) {
    usable_ = false;
    throw error;
}

OwnedResult OwnConnection::run_simple(std::string_view name, const std::string& text) {
    if (!usable_) {
        throw connection_error(nullptr, name);
    }
    check_sent(libpq().PQsendQuery(connection_.get(), text.c_str()), name);
    OwnedResult result = answer(name);
    if (is_error(result.get())) {
        throw result_error(result.get(), name);
    }
    return result;
}

void OwnConnection::run_script(const Statement& script) {
    script_results_ = 0;
    try {
        run_simple(script.name, std::string(script.text));
    } catch (...) {
        statement_count_ += std::max<std::uint64_t>(1, script_results_);
        throw;
    }
    statement_count_ += std::max<std::uint64_t>(1, script_results_);
}

void OwnConnection::begin() {
    if (in_transaction_) {
        throw std::logic_error("a transaction is open already");
    }
    ++statement_count_;
    run_simple("begin", begin_text(connector_->options(), pooled_));
    in_transaction_ = true;
}

void OwnConnection::commit() {
    if (!in_transaction_) {
        throw std::logic_error("no transaction is open");
    }
    ++statement_count_;
    const OwnedResult result = run_simple("commit", "COMMIT");
    in_transaction_ = false;
    if (std::string_view(libpq().PQcmdStatus(result.get())) == "ROLLBACK") {
        throw Error(
            ErrorKind::other, "commit", "25P02", "a statement of the transaction had failed"
        );
    }
}

void OwnConnection::rollback() {
    if (!in_transaction_) {
        return;
    }
    in_transaction_ = false;
    ++statement_count_;
    if (libpq().PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) {
        return;
    }
    try {
        run_simple("rollback", "ROLLBACK");
    } catch (...) {
        usable_ = false;
        throw;
    }
}

bool OwnConnection::usable() const noexcept {
    PGconn* const connection = connection_.get();
    // Between statements a server hardly speaks but to say that it ends the connection.
    return usable_ && may_write_ && since_renewal_.is_current() &&
           libpq().PQstatus(connection) == CONNECTION_OK &&
           libpq().PQtransactionStatus(connection) == PQTRANS_IDLE &&
           !fibers::is_ready(libpq().PQsocket(connection), POLLIN);
}

} // namespace

std::unique_ptr<Connection> own_connection(std::shared_ptr<Connector> connector) {
    return std::make_unique<OwnConnection>(std::move(connector));
}

} // namespace drf_messages::sql::postgresql
