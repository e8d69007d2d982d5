// SPDX-License-Identifier: MIT
#include "sql/mariadb/connection.hpp"

#include "sql/error.hpp"
#include "sql/mariadb/error.hpp"
#include "sql/mariadb/libmariadb.hpp"
#include "sql/mariadb/open.hpp"
#include "sql/mariadb/statements.hpp"

#include <mysqld_error.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace drf_messages::sql::mariadb {
namespace {

class MariadbConnection final : public Connection {
public:
    MariadbConnection(const MariadbOptions& options, std::shared_ptr<ColumnKnowledge> columns)
        : clock_(options.clock), session_(open_session(options)),
          statements_(session_.get(), clock_.get()), columns_(std::move(columns)) {}

    Dialect dialect() const noexcept override { return Dialect::mariadb; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        run(statement, parameters, [&](PreparedStatement& prepared) {
            prepared.fetch(each, statement.name);
            return 0;
        });
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        return run(statement, parameters, [](PreparedStatement& prepared) {
            return prepared.affected_rows();
        });
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        return run(statement, parameters, [](PreparedStatement& prepared) {
            return prepared.insert_id();
        });
    }

    void run_script(const Statement& script) override;

    void begin() override {
        if (in_transaction_) {
            throw std::logic_error("a transaction is open already");
        }
        run_control("START TRANSACTION", "begin");
        in_transaction_ = true;
        undone_ = false;
    }

    void commit() override {
        if (!in_transaction_) {
            throw std::logic_error("no transaction is open");
        }
        run_control("COMMIT", "commit");
        in_transaction_ = false;
    }

    void rollback() override {
        if (!in_transaction_) {
            return;
        }
        in_transaction_ = false;
        try {
            run_control("ROLLBACK", "rollback");
        } catch (...) {
            usable_ = false;
            throw;
        }
    }

    bool fold_as_like(
        std::string_view table, std::string_view column, std::vector<std::string>& texts
    ) override {
        return columns_->like.fold(*this, table, column, texts);
    }

    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        limit_ = until;
    }

    std::uint64_t statement_count() const noexcept override { return statement_count_; }
    bool usable() const noexcept override { return usable_ && may_write_; }

protected:
    bool can_hold_beyond_ascii(
        std::string_view table, std::string_view column, std::string_view text
    ) override {
        return columns_->charsets.can_hold(*this, table, column, text);
    }

private:
    /// Executes and hands the statement to `consume`, whose result is returned.
    template<class Consume>
    std::int64_t
    run(const Statement& statement, std::span<const Value> parameters, Consume consume);

    template<class Call>
    auto guarded(Call call);

    class Limit;

    PreparedStatement& executed(const Statement& statement, std::span<const Value> parameters);
    void start_call(std::string_view name);
    void run_control(std::string_view text, std::string_view name);

    std::shared_ptr<const WallClock> clock_;
    OwnedSession session_;
    StatementCache statements_;
    std::shared_ptr<ColumnKnowledge> columns_;
    std::uint64_t statement_count_ = 0;
    bool usable_ = true;
    bool may_write_ = true; ///< as far as is known
    bool in_use_ = false;
    bool in_transaction_ = false;
    bool undone_ = false; ///< the open transaction, by the server: nothing may be done in it
    std::optional<std::chrono::steady_clock::time_point> limit_;
    std::string usual_limit_text_;
};

/// The server's limit while one statement runs, where there is one of limit_statements(). The
/// session has its own back then.
class MariadbConnection::Limit {
public:
    explicit Limit(MariadbConnection& connection) : connection_(connection) {
        if (connection_.limit_) {
            st_mysql* const session = connection_.session_.get();
            connection_.usual_limit_text_ = usual_limit_text(session);
            connection_.run_control(limit_text(session, *connection_.limit_), "limit");
            is_set_ = true;
        }
    }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;
    ~Limit() {
        if (!is_set_) {
            return;
        }
        ++connection_.statement_count_;
        const std::string_view text = connection_.usual_limit_text_;
        if (libmariadb().mysql_real_query(connection_.session_.get(), text.data(), text.size()) !=
            0) {
            connection_.usable_ = false;
        }
    }

private:
    MariadbConnection& connection_;
    bool is_set_ = false;
};

/// Marks the connection as unusable when an error says so.
template<class Call>
auto MariadbConnection::guarded(Call call) {
    try {
        return call();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::connection_lost ||
            ends_connection(libmariadb().mysql_errno(session_.get()))) {
            usable_ = false;
        }
        // It may be this session's own setting, which a new one has no more once it is mended.
        may_write_ = may_write_ && error.kind() != ErrorKind::read_only;
        // A deadlock undoes the whole transaction and ends it.
        undone_ = undone_ || (in_transaction_ && error.retryable());
        if (error.kind() == ErrorKind::charset) {
            columns_->charsets.forget();
        }
        throw;
    }
}

template<class Consume>
std::int64_t MariadbConnection::run(
    const Statement& statement, std::span<const Value> parameters, Consume consume
) {
    struct InUse {
        explicit InUse(bool& flag) : flag_(flag) { flag_ = true; }
        InUse(const InUse&) = delete;
        InUse& operator=(const InUse&) = delete;
        ~InUse() { flag_ = false; }
        bool& flag_;
    };
    struct Finish {
        Finish(PreparedStatement& statement, StatementCache& statements)
            : statement_(statement), statements_(statements) {}
        Finish(const Finish&) = delete;
        Finish& operator=(const Finish&) = delete;
        ~Finish() {
            statement_.finish();
            statements_.end_use();
        }
        PreparedStatement& statement_;
        StatementCache& statements_;
    };
    const Limit limit(*this);
    start_call(statement.name);
    const InUse in_use(in_use_);
    return guarded([&]() -> std::int64_t {
        PreparedStatement& prepared = executed(statement, parameters);
        const Finish finish(prepared, statements_);
        return consume(prepared);
    });
}

PreparedStatement&
MariadbConnection::executed(const Statement& statement, std::span<const Value> parameters) {
    for (bool again = true;; again = false) {
        PreparedStatement& prepared = statements_.get(statement);
        try {
            prepared.execute(parameters, statement.name);
            return prepared;
        } catch (const Error& error) {
            // What comes between (a pooler, a changed table) may have cost the server its memory of
            // the statement; it was not run then.
            const bool forgotten = error.code() == std::to_string(ER_UNKNOWN_STMT_HANDLER) ||
                                   error.code() == std::to_string(ER_NEED_REPREPARE);
            if (!forgotten || !again) {
                throw;
            }
            statements_.forget(statement);
        }
    }
}

void MariadbConnection::start_call(std::string_view name) {
    if (in_use_) {
        throw std::logic_error(std::string(name) + ": the connection is in use");
    }
    if (in_transaction_ && undone_) {
        throw Error(
            ErrorKind::busy,
            name,
            std::to_string(ER_LOCK_DEADLOCK),
            "the server has undone the transaction",
            Retry::safe
        );
    }
    ++statement_count_;
    // Before something is sent of which nobody could say whether it was executed. In a transaction
    // nothing can be saved any more.
    if (!in_transaction_ && was_closed_by_server(session_.get())) {
        usable_ = false;
        throw Error(
            ErrorKind::connection_lost,
            name,
            {},
            "the server has closed the connection",
            Retry::safe
        );
    }
}

void MariadbConnection::run_control(std::string_view text, std::string_view name) {
    start_call(name);
    guarded([&] {
        if (libmariadb().mysql_real_query(session_.get(), text.data(), text.size()) != 0) {
            throw last_error(session_.get(), name);
        }
    });
}

void MariadbConnection::run_script(const Statement& script) {
    start_call(script.name);
    guarded([&] {
        if (libmariadb().mysql_real_query(session_.get(), script.text.data(), script.text.size()) !=
            0) {
            throw last_error(session_.get(), script.name);
        }
        for (;;) {
            libmariadb().mysql_free_result(libmariadb().mysql_use_result(session_.get()));
            const int more = libmariadb().mysql_next_result(session_.get());
            if (more > 0) {
                throw last_error(session_.get(), script.name);
            }
            if (more < 0) {
                return;
            }
            ++statement_count_;
        }
    });
}

} // namespace

std::unique_ptr<Connection>
open_connection(const MariadbOptions& options, std::shared_ptr<ColumnKnowledge> knowledge) {
    return std::make_unique<MariadbConnection>(options, std::move(knowledge));
}

} // namespace drf_messages::sql::mariadb
