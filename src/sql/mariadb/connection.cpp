// SPDX-License-Identifier: MIT
#include "sql/mariadb/connection.hpp"

#include "sql/error.hpp"
#include "sql/foretold.hpp"
#include "sql/mariadb/error.hpp"
#include "sql/mariadb/libmariadb.hpp"
#include "sql/mariadb/open.hpp"
#include "sql/mariadb/split_execution.hpp"
#include "sql/mariadb/statements.hpp"

#include <mysqld_error.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::sql::mariadb {
namespace {

/// What comes between (a pooler, a changed table) may have cost the server its memory of a
/// statement; it was not run then.
bool has_forgotten(const Error& error) {
    return error.code() == std::to_string(ER_UNKNOWN_STMT_HANDLER) ||
           error.code() == std::to_string(ER_NEED_REPREPARE);
}

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
        if (foretold_ == nullptr || in_use_) {
            ask(statement, parameters, each);
            return;
        }
        if (in_transaction_ || limit_) {
            end_foresight();
        }
        try {
            if (foretold_->is_beginning()) {
                ask_ahead(statement, parameters, each);
            } else if (!take_foreseen(statement, parameters, each)) {
                ask(statement, parameters, each);
            }
        } catch (...) {
            foretold_->fail();
            throw;
        }
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        end_foresight();
        return run(statement, parameters, [](PreparedStatement& prepared) {
            return prepared.affected_rows();
        });
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        end_foresight();
        return run(statement, parameters, [](PreparedStatement& prepared) {
            return prepared.insert_id();
        });
    }

    void run_script(const Statement& script) override;

    void begin() override {
        if (in_transaction_) {
            throw std::logic_error("a transaction is open already");
        }
        end_foresight();
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

    void foretell(Foretold* foretold) noexcept override {
        drop_answers();
        foretold_ = foretold;
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
    class Use;

    void note_end(const Error& error) noexcept;

    void
    ask(const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each);
    void ask_ahead(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    );
    bool take_foreseen(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    );
    void send_ahead(std::span<const Foretold::Question> questions);
    void receive_ahead() noexcept;
    void drop_answers() noexcept;
    void end_foresight() noexcept {
        if (foretold_ != nullptr) {
            foretold_->end();
            drop_answers();
        }
    }

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

    struct Ahead {
        PreparedStatement* prepared;
        Statement statement;
        bool is_forgotten = false; ///< by the server
    };
    Foretold* foretold_ = nullptr; ///< of the request that has the connection
    std::vector<Ahead> sent_;      ///< what it has foreseen, while the answers are to come
    std::vector<Ahead> answers_;   ///< those that have come, until they are taken
    std::size_t taken_ = 0;
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

void MariadbConnection::note_end(const Error& error) noexcept {
    // Not what libmariadb says of the last call, which others have followed.
    const std::string_view code = error.code();
    unsigned number = 0;
    std::from_chars(code.data(), code.data() + code.size(), number);
    if (error.kind() == ErrorKind::connection_lost || ends_connection(number)) {
        usable_ = false;
    }
}

/// Marks the connection as unusable when an error says so.
template<class Call>
auto MariadbConnection::guarded(Call call) {
    try {
        return call();
    } catch (const Error& error) {
        note_end(error);
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

/// The connection is in use until its end, and what has to be forgotten of a statement is.
class MariadbConnection::Use {
public:
    explicit Use(MariadbConnection& connection) : connection_(connection) {
        connection_.in_use_ = true;
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() {
        if (prepared_ != nullptr) {
            prepared_->finish();
            connection_.statements_.end_use();
        }
        connection_.in_use_ = false;
    }

    void of(PreparedStatement& prepared) noexcept { prepared_ = &prepared; }

private:
    MariadbConnection& connection_;
    PreparedStatement* prepared_ = nullptr;
};

template<class Consume>
std::int64_t MariadbConnection::run(
    const Statement& statement, std::span<const Value> parameters, Consume consume
) {
    const Limit limit(*this);
    start_call(statement.name);
    Use use(*this);
    return guarded([&]() -> std::int64_t {
        PreparedStatement& prepared = executed(statement, parameters);
        use.of(prepared);
        return consume(prepared);
    });
}

void MariadbConnection::ask(
    const Statement& statement,
    std::span<const Value> parameters,
    const std::function<void(const Row&)>& each
) {
    run(statement, parameters, [&](PreparedStatement& prepared) {
        prepared.fetch(each, statement.name);
        return 0;
    });
}

/// As ask(), with what the request will ask behind it.
void MariadbConnection::ask_ahead(
    const Statement& statement,
    std::span<const Value> parameters,
    const std::function<void(const Row&)>& each
) {
    const auto questions = foretold_->begin(statement, parameters);
    PreparedStatement* const prepared = statements_.find(statement.text);
    if (questions.empty() || prepared == nullptr || !can_split_executions(session_.get())) {
        ask(statement, parameters, each);
        foretold_->were_answered(0);
        return;
    }
    start_call(statement.name);
    bool is_forgotten = false;
    {
        Use use(*this);
        guarded([&] {
            prepared->send(parameters, statement.name);
            use.of(*prepared);
            send_ahead(questions);
            try {
                prepared->receive(statement.name);
            } catch (const Error& error) {
                note_end(error);
                receive_ahead();
                is_forgotten = has_forgotten(error);
                if (!is_forgotten) {
                    throw;
                }
                return;
            } catch (...) {
                usable_ = false; // with answers that nobody has read
                throw;
            }
            receive_ahead();
            foretold_->were_answered(answers_.size());
            prepared->fetch(each, statement.name);
        });
    }
    if (is_forgotten) {
        end_foresight();
        statements_.forget(statement);
        ask(statement, parameters, each);
    }
}

/// Only what the session has prepared travels along: the rest would cost a round trip.
void MariadbConnection::send_ahead(std::span<const Foretold::Question> questions) {
    sent_.clear();
    sent_.reserve(questions.size());
    answers_.reserve(questions.size());
    for (const auto& [statement, parameters] : questions) {
        PreparedStatement* const prepared = statements_.find(statement.text);
        if (prepared == nullptr) {
            return;
        }
        try {
            prepared->send(parameters, statement.name);
        } catch (const std::exception&) {
            return; // the first question's answer will say what it is
        }
        sent_.push_back({prepared, statement});
        ++statement_count_;
    }
}

/// Every answer is read, so that the session can go on.
void MariadbConnection::receive_ahead() noexcept {
    answers_.clear();
    taken_ = 0;
    bool are_of_use = true;
    for (Ahead& ahead : sent_) {
        try {
            ahead.prepared->receive(ahead.statement.name);
            if (are_of_use) {
                answers_.push_back(ahead);
            } else {
                ahead.prepared->finish();
            }
        } catch (const Error& error) {
            ahead.prepared->finish();
            are_of_use = false;
            note_end(error);
            ahead.is_forgotten = has_forgotten(error);
        } catch (...) {
            are_of_use = false;
            usable_ = false;
        }
    }
    // Not before all answers are there: it tells the server.
    for (const Ahead& ahead : sent_) {
        if (ahead.is_forgotten) {
            statements_.forget(ahead.statement);
        }
    }
    sent_.clear();
}

bool MariadbConnection::take_foreseen(
    const Statement& statement,
    std::span<const Value> parameters,
    const std::function<void(const Row&)>& each
) {
    const auto found = foretold_->take(statement, parameters);
    if (!found) {
        drop_answers();
        return false;
    }
    PreparedStatement& prepared = *answers_[*found].prepared;
    taken_ = *found + 1;
    Use use(*this);
    use.of(prepared);
    guarded([&] { prepared.fetch(each, statement.name); });
    return true;
}

void MariadbConnection::drop_answers() noexcept {
    for (std::size_t i = taken_; i < answers_.size(); ++i) {
        answers_[i].prepared->finish();
    }
    answers_.clear();
    taken_ = 0;
}

PreparedStatement&
MariadbConnection::executed(const Statement& statement, std::span<const Value> parameters) {
    for (bool again = true;; again = false) {
        PreparedStatement& prepared = statements_.get(statement);
        try {
            prepared.execute(parameters, statement.name);
            return prepared;
        } catch (const Error& error) {
            if (!has_forgotten(error) || !again) {
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
    end_foresight();
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
