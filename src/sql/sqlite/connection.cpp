// SPDX-License-Identifier: MIT
#include "sql/sqlite/connection.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/error.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/sqlite/parameters.hpp"
#include "sql/sqlite/patience.hpp"
#include "sql/sqlite/row.hpp"
#include "sql/sqlite/snapshot.hpp"
#include "sql/sqlite/statements.hpp"
#include "sql/sqlite/word_search.hpp"
#include "sql/sqlite/work_limit.hpp"
#include "sql/sqlite/write_turn.hpp"

#include <sqlite3.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace drf_messages::sql::sqlite {

namespace {

/// Often enough for an operator who restores a copy, seldom enough to cost nothing.
constexpr std::chrono::milliseconds between_looks_at_file{100};

class SqliteConnection final : public Connection {
public:
    SqliteConnection(const SqliteOptions& options, const SharedByConnections& shared)
        : clock_(options.clock), write_lock_(shared.queue), patience_(options.busy_timeout),
          path_(is_in_memory(options) ? std::string() : options.path),
          file_(path_.empty() ? std::nullopt : shared.file->arrive(path_)),
          database_(open_database(options, patience_)),
          work_limit_(database_.get(), options.statement_timeout), statements_(database_.get()),
          snapshot_(statements_, patience_, write_lock_.queue()) {
        is_passing_ = is_immutable(database_.get()) ||
                      (!options.read_only && sqlite3_db_readonly(database_.get(), "main") == 1);
        if (!path_.empty()) {
            file_ = file_ ? file_ : identity_of(path_);
            shared.file->note(path_, file_);
        }
        // The operator's word counts, in letters of either case.
        if (sqlite3_strlike("%cache\\_size%", options.init_command.c_str(), '\\') != 0) {
            page_cache_.emplace(shared.page_cache);
        }
        add_word_search(database_.get());
    }

    ~SqliteConnection() override {
        if (in_transaction_) {
            // Before the next in line is let in.
            sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
        write_lock_.release();
    }

    Dialect dialect() const noexcept override { return Dialect::sqlite; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        run(statement, parameters, [&](sqlite3_stmt* prepared, int code) {
            const ResultRow row(prepared, statement.name, clock_.get());
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
            const ResultRow row(prepared, statement.name, clock_.get());
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
    void begin_snapshot() override { snapshot_.want(true); }
    void end_snapshot() noexcept override {
        snapshot_.want(false);
        snapshot_.close();
    }

    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        work_limit_.end_all(until);
    }

    std::uint64_t statement_count() const noexcept override { return statement_count_; }
    bool usable() const noexcept override {
        return usable_ && !is_passing_ && !snapshot_.has_failed() && !has_moved();
    }

private:
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

    /// Marks the connection as unusable when an error of its own says so.
    template<class Call>
    auto guarded(Call call);

    bool has_moved() const noexcept;
    void fit_page_cache();
    void start_call(std::string_view name);
    void check(int code, int wanted, std::string_view name);

    std::shared_ptr<const WallClock> clock_;
    WriteLock write_lock_;
    Patience patience_;
    const std::string path_; ///< empty: in memory
    std::optional<FileIdentity> file_;
    OwnedDatabase database_;
    WorkLimit work_limit_;
    StatementCache statements_;
    Snapshot snapshot_;
    std::optional<PageCache::Part> page_cache_; ///< absent where init_command has set it
    int page_cache_kib_ = 0;                    ///< as SQLite knows it
    std::uint64_t statement_count_ = 0;
    bool usable_ = true;
    /// Not to be kept: opened for reading because more was not allowed, which may change, or in a
    /// way in which what others write meanwhile is not seen.
    bool is_passing_ = false;
    mutable std::chrono::steady_clock::time_point looked_at_file_{};
    bool in_transaction_ = false;
};

template<class Call>
auto SqliteConnection::guarded(Call call) {
    try {
        return call();
    } catch (const Error& error) {
        // A file that may be written again has to be opened again.
        usable_ = usable_ && error.kind() != ErrorKind::connection_lost &&
                  error.kind() != ErrorKind::read_only;
        throw;
    }
}

template<class Consume>
bool SqliteConnection::run(
    const Statement& statement, std::span<const Value> parameters, Consume consume
) {
    start_call(statement.name);
    OwnedStatement unkept;
    sqlite3_stmt* const prepared = statements_.get(statement.name, statement.text, unkept);
    if (sqlite3_stmt_busy(prepared)) {
        throw std::logic_error(std::string(statement.name) + ": the connection is in use");
    }
    const bool writes = sqlite3_stmt_readonly(prepared) == 0;
    if (writes) {
        snapshot_.close();
    } else if (!in_transaction_) {
        snapshot_.read();
    }
    const WriteTurn turn(write_lock_, writes, patience_, statement.name);
    const StatementInUse in_use(prepared);
    const int bound = bind_parameters(prepared, parameters, statement.name, clock_.get());
    check(bound, SQLITE_OK, statement.name);
    const auto changes_before = sqlite3_total_changes64(database_.get());
    check(consume(prepared, first_step(prepared, patience_)), SQLITE_DONE, statement.name);
    return sqlite3_total_changes64(database_.get()) != changes_before;
}

/// Whether the path leads to another file by now, or to none: what was written here would be lost.
bool SqliteConnection::has_moved() const noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_at_file_ < between_looks_at_file) {
        return false;
    }
    looked_at_file_ = now;
    if (path_.empty()) {
        return false;
    }
    // SQLite looks at the file itself, by its number alone: not at a link to it, nor at the file
    // system.
    if (identity_of(path_) != file_) {
        return true;
    }
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
    if (in_transaction_ && !statements_.is_in_transaction()) {
        // After some errors (a full disk) SQLite rolls back by itself. What follows must not be
        // committed alone.
        throw Error(ErrorKind::other, name, {}, "the database has rolled the transaction back");
    }
}

void SqliteConnection::check(int code, int wanted, std::string_view name) {
    if (code != wanted) {
        guarded([&] { throw last_error(database_.get(), code, name); });
    }
}

void SqliteConnection::run_script(const Statement& script) {
    start_call(script.name);
    snapshot_.close();
    const WriteTurn turn(write_lock_, true, patience_, script.name);
    const char* at = script.text.data();
    const char* const end = at + script.text.size();
    bool first = true;
    while (at != end) {
        sqlite3_stmt* prepared = nullptr;
        const auto left = static_cast<int>(end - at);
        const int code = sqlite3_prepare_v2(database_.get(), at, left, &prepared, &at);
        const OwnedStatement statement(prepared);
        check(code, SQLITE_OK, script.name);
        if (!statement) {
            continue; // white space or a comment
        }
        statement_count_ += first ? 0 : 1;
        first = false;
        check(skip_rows(prepared, first_step(prepared, patience_)), SQLITE_DONE, script.name);
    }
}

void SqliteConnection::begin() {
    if (in_transaction_) {
        throw std::logic_error("a transaction is open already");
    }
    ++statement_count_;
    patience_.reset();
    // SQLite lets nobody write who reads an older state.
    snapshot_.close();
    write_lock_.take(patience_, "begin");
    try {
        guarded([&] { run_control(statements_, patience_, "BEGIN IMMEDIATE"); });
    } catch (...) {
        write_lock_.release();
        throw;
    }
    in_transaction_ = true;
}

void SqliteConnection::commit() {
    if (!in_transaction_) {
        throw std::logic_error("no transaction is open");
    }
    start_call("commit");
    guarded([&] { run_control(statements_, patience_, "COMMIT"); });
    in_transaction_ = false;
    write_lock_.release();
}

void SqliteConnection::rollback() {
    if (!in_transaction_) {
        return;
    }
    ++statement_count_;
    patience_.reset();
    in_transaction_ = false;
    try {
        if (statements_.is_in_transaction()) {
            run_control(statements_, patience_, "ROLLBACK");
        }
    } catch (...) {
        usable_ = false;
        write_lock_.release();
        throw;
    }
    write_lock_.release();
}

} // namespace

std::unique_ptr<Connection>
open_connection(const SqliteOptions& options, const SharedByConnections& shared) {
    return std::make_unique<SqliteConnection>(options, shared);
}

} // namespace drf_messages::sql::sqlite
