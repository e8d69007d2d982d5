// SPDX-License-Identifier: MIT
#include "sql/sqlite/sqlite_connection.hpp"

#include "sql/error.hpp"
#include "sql/sql_timestamp.hpp"
#include "sql/sqlite/open_database.hpp"
#include "sql/sqlite/page_cache.hpp"
#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/sqlite_error.hpp"
#include "sql/sqlite/statement_cache.hpp"
#include "sql/sqlite/write_queue.hpp"

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace drf_messages::sql {

namespace {

using sqlite::last_error;
using sqlite::OwnedDatabase;
using sqlite::OwnedStatement;
using sqlite::PageCache;
using sqlite::Patience;
using sqlite::StatementCache;
using sqlite::WriteQueue;

constexpr std::size_t cached_statements = 128;
/// Often enough for an operator who restores a copy, seldom enough to cost nothing.
constexpr std::chrono::milliseconds between_looks_at_file{100};

class SqliteRow final : public Row {
public:
    SqliteRow(sqlite3_stmt* statement, std::string_view statement_name)
        : statement_(statement), statement_name_(statement_name) {}

    bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    bool boolean(int column) const override { return integer(column) != 0; }
    std::string_view text(int column) const override {
        // Found once for both. Nobody else uses the connection meanwhile, as such a value demands.
        sqlite3_value* const value = sqlite3_column_value(statement_, column);
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
        const int size = sqlite3_value_bytes(value);
        return bytes ? std::string_view(bytes, static_cast<std::size_t>(size)) : std::string_view();
    }
    Timestamp timestamp(int column) const override {
        const auto moment = parse_timestamp(text(column));
        if (!moment) {
            throw Error(
                ErrorKind::other,
                statement_name_,
                std::to_string(SQLITE_MISMATCH),
                "column " + std::to_string(column) + " holds no date and time"
            );
        }
        return *moment;
    }

private:
    sqlite3_stmt* statement_;
    std::string_view statement_name_;
};

/// A cached statement in use; the next user finds it reset, whatever happened in between.
class StatementInUse {
public:
    explicit StatementInUse(sqlite3_stmt* statement) : statement_(statement) {}
    StatementInUse(const StatementInUse&) = delete;
    StatementInUse& operator=(const StatementInUse&) = delete;
    ~StatementInUse() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

private:
    sqlite3_stmt* statement_;
};

/// Gives up a statement that works too long. SQLite asks every so many steps of its machine, so
/// that short statements never look at the clock.
class WorkLimit {
public:
    WorkLimit(sqlite3* database, std::chrono::milliseconds limit) : limit_(limit) {
        if (limit_.count() > 0) {
            sqlite3_progress_handler(database, steps_between_looks, look, this);
        }
    }
    WorkLimit(const WorkLimit&) = delete;
    WorkLimit& operator=(const WorkLimit&) = delete;

    void reset() noexcept { deadline_.reset(); }

private:
    static constexpr int steps_between_looks = 10'000;

    static int look(void* self) noexcept {
        return static_cast<WorkLimit*>(self)->is_over() ? 1 : 0;
    }

    bool is_over() noexcept {
        const auto now = std::chrono::steady_clock::now();
        if (!deadline_) {
            deadline_ = now + limit_;
        }
        return now > *deadline_;
    }

    std::chrono::milliseconds limit_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
};

class SqliteConnection final : public Connection {
public:
    SqliteConnection(
        const SqliteOptions& options,
        std::shared_ptr<WriteQueue> queue,
        std::shared_ptr<PageCache> page_cache
    )
        : queue_(std::move(queue)), patience_(options.busy_timeout),
          database_(sqlite::open_database(options, patience_)),
          work_limit_(database_.get(), options.statement_timeout),
          statements_(database_.get(), cached_statements) {
        // The operator's word counts, in letters of either case.
        if (sqlite3_strlike("%cache\\_size%", options.init_command.c_str(), '\\') != 0) {
            page_cache_.emplace(std::move(page_cache));
        }
    }

    ~SqliteConnection() override {
        if (in_transaction_) {
            // Before the next in line is let in.
            sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
        release_write_lock();
    }

    Dialect dialect() const noexcept override { return Dialect::sqlite; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        run(statement, parameters, [&](sqlite3_stmt* prepared, int code) {
            const SqliteRow row(prepared, statement.name);
            for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
                each(row);
            }
            return code;
        });
    }

    void query_while(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<bool(const Row&)>& each
    ) override {
        run(statement, parameters, [&](sqlite3_stmt* prepared, int code) {
            const SqliteRow row(prepared, statement.name);
            for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
                if (!each(row)) {
                    return SQLITE_DONE;
                }
            }
            return code;
        });
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        return run(statement, parameters, skip_rows) ? sqlite3_changes64(database_.get()) : 0;
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        return run(statement, parameters, skip_rows) ? sqlite3_last_insert_rowid(database_.get())
                                                     : 0;
    }

    void run_script(const Statement& script) override;
    void begin() override;
    void commit() override;
    void rollback() override;
    void begin_snapshot() override { wants_snapshot_ = true; }
    void end_snapshot() noexcept override {
        wants_snapshot_ = false;
        close_snapshot();
    }

    std::uint64_t statement_count() const noexcept override { return statement_count_; }
    bool usable() const noexcept override { return usable_ && !has_moved(); }

private:
    /// The process's write lock for one statement outside a transaction.
    class WriteTurn {
    public:
        WriteTurn(SqliteConnection& connection, bool needed, std::string_view name)
            : connection_(connection), taken_(needed && !connection.holds_write_lock_) {
            if (taken_) {
                connection_.take_write_lock(name);
            }
        }
        WriteTurn(const WriteTurn&) = delete;
        WriteTurn& operator=(const WriteTurn&) = delete;
        ~WriteTurn() {
            if (taken_) {
                connection_.release_write_lock();
            }
        }

    private:
        SqliteConnection& connection_;
        bool taken_;
    };

    static int skip_rows(sqlite3_stmt* prepared, int code) {
        while (code == SQLITE_ROW) {
            code = sqlite3_step(prepared);
        }
        return code;
    }

    /// Binds, steps and hands the result of the first step to `consume`, which steps on to the end
    /// and returns the last code. Returns whether the statement changed rows.
    template<class Consume>
    bool run(const Statement& statement, std::span<const Value> parameters, Consume consume);

    bool has_moved() const noexcept;
    void fit_page_cache();
    void start_call(std::string_view name);
    void bind(sqlite3_stmt* prepared, std::span<const Value> parameters, std::string_view name);
    int first_step(sqlite3_stmt* prepared);
    void run_control(const char* text);
    void read_in_snapshot();
    void close_snapshot() noexcept;
    void take_write_lock(std::string_view name);
    void release_write_lock() noexcept;
    [[noreturn]] void fail(int code, std::string_view name);

    std::shared_ptr<WriteQueue> queue_;
    Patience patience_;
    OwnedDatabase database_;
    WorkLimit work_limit_;
    StatementCache statements_;
    std::optional<PageCache::Part> page_cache_; ///< absent where init_command has set it
    int page_cache_kib_ = 0;                    ///< as SQLite knows it
    std::uint64_t statement_count_ = 0;
    bool usable_ = true;
    mutable std::chrono::steady_clock::time_point looked_at_file_{};
    bool in_transaction_ = false;
    bool holds_write_lock_ = false;
    bool wants_snapshot_ = false;
    bool in_snapshot_ = false;
    std::uint64_t snapshot_writes_ = 0; ///< writes of the process when the snapshot was taken
};

template<class Consume>
bool SqliteConnection::run(
    const Statement& statement, std::span<const Value> parameters, Consume consume
) {
    start_call(statement.name);
    sqlite3_stmt* const prepared = statements_.get(statement.name, statement.text);
    if (sqlite3_stmt_busy(prepared)) {
        throw std::logic_error(std::string(statement.name) + ": the connection is in use");
    }
    const bool writes = sqlite3_stmt_readonly(prepared) == 0;
    if (writes) {
        close_snapshot();
    } else if (wants_snapshot_ && !in_transaction_) {
        read_in_snapshot();
    }
    const WriteTurn turn(*this, writes, statement.name);
    const StatementInUse in_use(prepared);
    bind(prepared, parameters, statement.name);
    const auto changes_before = sqlite3_total_changes64(database_.get());
    const int code = consume(prepared, first_step(prepared));
    if (code != SQLITE_DONE) {
        fail(code, statement.name);
    }
    return sqlite3_total_changes64(database_.get()) != changes_before;
}

/// Whether the path leads to another file by now, or to none: what was written here would be lost.
bool SqliteConnection::has_moved() const noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_at_file_ < between_looks_at_file) {
        return false;
    }
    looked_at_file_ = now;
    int moved = 0;
    const int code = sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved != 0;
}

void SqliteConnection::fit_page_cache() {
    const int kib = page_cache_ ? page_cache_->kib() : page_cache_kib_;
    if (kib == page_cache_kib_) {
        return;
    }
    page_cache_kib_ = kib;
    const std::string text = "PRAGMA cache_size = -" + std::to_string(kib);
    // Should it fail, what follows costs more time and says itself what is wrong.
    sqlite3_exec(database_.get(), text.c_str(), nullptr, nullptr, nullptr);
}

void SqliteConnection::start_call(std::string_view name) {
    ++statement_count_;
    patience_.reset();
    work_limit_.reset();
    fit_page_cache();
    if (in_transaction_ && sqlite3_get_autocommit(database_.get())) {
        // After some errors (a full disk) SQLite rolls back by itself. What follows must not be
        // committed alone.
        throw Error(ErrorKind::other, name, {}, "the database has rolled the transaction back");
    }
}

void SqliteConnection::bind(
    sqlite3_stmt* prepared, std::span<const Value> parameters, std::string_view name
) {
    if (sqlite3_bind_parameter_count(prepared) != static_cast<int>(parameters.size())) {
        throw std::logic_error(std::string(name) + ": wrong number of parameters");
    }
    struct Binder {
        sqlite3_stmt* prepared;
        int index;

        int operator()(std::monostate) const { return sqlite3_bind_null(prepared, index); }
        int operator()(bool value) const { return sqlite3_bind_int(prepared, index, value); }
        int operator()(std::int64_t value) const {
            return sqlite3_bind_int64(prepared, index, value);
        }
        int operator()(double value) const { return sqlite3_bind_double(prepared, index, value); }
        int operator()(std::string_view value) const {
            // A null pointer would bind NULL.
            return sqlite3_bind_text64(
                prepared,
                index,
                value.data() ? value.data() : "",
                value.size(),
                SQLITE_STATIC,
                SQLITE_UTF8
            );
        }
        int operator()(Timestamp value) const {
            TimestampBuffer buffer;
            const std::string_view text = format_timestamp(value, buffer);
            return sqlite3_bind_text64(
                prepared, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8
            );
        }
    };
    int index = 0;
    for (const Value& value : parameters) {
        const int code = std::visit(Binder{prepared, ++index}, value);
        if (code != SQLITE_OK) {
            fail(code, name);
        }
    }
}

int SqliteConnection::first_step(sqlite3_stmt* prepared) {
    for (;;) {
        const int code = sqlite3_step(prepared);
        // The busy handler has waited already, except where SQLite does not ask it: a snapshot that
        // is older than the last write, a log being recovered.
        if ((code & 0xff) != SQLITE_BUSY || !patience_.nap()) {
            return code;
        }
        sqlite3_reset(prepared);
    }
}

void SqliteConnection::run_script(const Statement& script) {
    start_call(script.name);
    close_snapshot();
    const WriteTurn turn(*this, true, script.name);
    const char* at = script.text.data();
    const char* const end = at + script.text.size();
    bool first = true;
    while (at != end) {
        sqlite3_stmt* prepared = nullptr;
        int code =
            sqlite3_prepare_v2(database_.get(), at, static_cast<int>(end - at), &prepared, &at);
        const OwnedStatement statement(prepared);
        if (code != SQLITE_OK) {
            fail(code, script.name);
        }
        if (!statement) {
            continue; // white space or a comment
        }
        statement_count_ += first ? 0 : 1;
        first = false;
        code = skip_rows(prepared, first_step(prepared));
        if (code != SQLITE_DONE) {
            fail(code, script.name);
        }
    }
}

void SqliteConnection::begin() {
    if (in_transaction_) {
        throw std::logic_error("a transaction is open already");
    }
    ++statement_count_;
    patience_.reset();
    // SQLite lets nobody write who reads an older state.
    close_snapshot();
    take_write_lock("begin");
    try {
        run_control("BEGIN IMMEDIATE");
    } catch (...) {
        release_write_lock();
        throw;
    }
    in_transaction_ = true;
}

void SqliteConnection::commit() {
    if (!in_transaction_) {
        throw std::logic_error("no transaction is open");
    }
    start_call("commit");
    run_control("COMMIT");
    in_transaction_ = false;
    release_write_lock();
}

void SqliteConnection::rollback() {
    if (!in_transaction_) {
        return;
    }
    ++statement_count_;
    patience_.reset();
    in_transaction_ = false;
    try {
        if (!sqlite3_get_autocommit(database_.get())) {
            run_control("ROLLBACK");
        }
    } catch (...) {
        usable_ = false;
        release_write_lock();
        throw;
    }
    release_write_lock();
}

void SqliteConnection::run_control(const char* text) {
    sqlite3_stmt* const prepared = statements_.get(text, text);
    const StatementInUse in_use(prepared);
    const int code = first_step(prepared);
    if (code != SQLITE_DONE) {
        fail(code, text);
    }
}

void SqliteConnection::read_in_snapshot() {
    const std::uint64_t writes = queue_->turns();
    if (in_snapshot_ && snapshot_writes_ == writes) {
        return;
    }
    close_snapshot();
    run_control("BEGIN");
    in_snapshot_ = true;
    snapshot_writes_ = writes;
}

void SqliteConnection::close_snapshot() noexcept {
    if (!in_snapshot_) {
        return;
    }
    in_snapshot_ = false;
    try {
        // Some errors have ended it already.
        if (!sqlite3_get_autocommit(database_.get())) {
            run_control("COMMIT");
        }
    } catch (...) {
        usable_ = false;
    }
}

void SqliteConnection::take_write_lock(std::string_view name) {
    if (!queue_->try_acquire() && !queue_->acquire(patience_.deadline())) {
        throw Error(
            ErrorKind::busy,
            name,
            std::to_string(SQLITE_BUSY_TIMEOUT),
            "another thread of this process has kept the database locked"
        );
    }
    holds_write_lock_ = true;
}

void SqliteConnection::release_write_lock() noexcept {
    if (holds_write_lock_) {
        holds_write_lock_ = false;
        queue_->release();
    }
}

void SqliteConnection::fail(int code, std::string_view name) {
    const Error error = last_error(database_.get(), code, name);
    if (error.kind() == ErrorKind::connection_lost) {
        usable_ = false;
    }
    throw error;
}

} // namespace

void stop_counting_sqlite_memory() noexcept {
    // Refused when SQLite is in use already, which harms nothing.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

ConnectionFactory sqlite_connections(const SqliteOptions& options) {
    return [options,
            queue = std::make_shared<WriteQueue>(options.patient_writers),
            page_cache = std::make_shared<PageCache>()]() -> std::unique_ptr<Connection> {
        return std::make_unique<SqliteConnection>(options, queue, page_cache);
    };
}

} // namespace drf_messages::sql
