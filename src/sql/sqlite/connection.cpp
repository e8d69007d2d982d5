// SPDX-License-Identifier: MIT
#include "sql/sqlite/connection.hpp"

#include "sql/error.hpp"
#include "sql/sqlite/handle.hpp"
#include "sql/sqlite/open.hpp"
#include "sql/sqlite/parameters.hpp"
#include "sql/sqlite/row.hpp"
#include "sql/sqlite/shared_commit.hpp"
#include "sql/sqlite/snapshot.hpp"
#include "sql/sqlite/state_memory.hpp"
#include "sql/sqlite/word_search.hpp"
#include "sql/sqlite/write_turn.hpp"

#include <sqlite3.h>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace drf_messages::sql::sqlite {

namespace {

/// Often enough for an operator who restores a copy, seldom enough to cost nothing.
constexpr std::chrono::milliseconds between_looks_at_file{100};

// In the transaction of another connection.
constexpr std::string_view begin_part = "SAVEPOINT joined";
constexpr std::string_view take_part_back = "ROLLBACK TO joined";
constexpr std::string_view end_part = "RELEASE joined";

void roll_back_whole(Handle& handle) noexcept {
    try {
        handle.roll_back();
    } catch (...) {
        // It is not sound any more: its connection closes it, which ends the transaction.
    }
}

/// Commits what several connections have written, or says why not.
std::optional<Error> commit_for_all(Handle& handle) noexcept {
    if (!handle.is_in_transaction() || !handle.is_sound()) {
        roll_back_whole(handle);
        return Error(
            ErrorKind::busy,
            "commit",
            {},
            "what was to be committed with another write was undone, for that has failed",
            Retry::safe
        );
    }
    try {
        handle.start_call();
        handle.run("COMMIT");
        return std::nullopt;
    } catch (const Error& error) {
        roll_back_whole(handle);
        return error;
    }
}

/// Takes back what one of several connections has written, or everything.
void undo_part(Handle& handle) noexcept {
    try {
        if (handle.is_in_transaction()) {
            handle.run(take_part_back);
            handle.run(end_part);
        }
    } catch (...) {
        roll_back_whole(handle);
    }
}

class SqliteConnection final : public Connection {
public:
    SqliteConnection(const SqliteOptions& options, const SharedByConnections& shared)
        : clock_(options.clock), write_lock_(shared.queue),
          path_(is_in_memory(options) ? std::string() : options.path),
          file_(path_.empty() ? std::nullopt : shared.file->arrive(path_)), own_(options),
          snapshot_(own_.statements(), own_.patience(), write_lock_.queue()),
          memory_(own_.database(), write_lock_.queue()) {
        is_passing_ = is_immutable(own_.database()) ||
                      (!options.read_only && sqlite3_db_readonly(own_.database(), "main") == 1);
        if (!path_.empty()) {
            file_ = file_ ? file_ : identity_of(path_);
            shared.file->note(path_, file_);
        }
        // What is in memory alone may be another database for each connection.
        shares_ = file_.has_value() && options.longest_shared_commit.count() > 0;
        // The operator's word counts, in letters of either case.
        if (sqlite3_strlike("%cache\\_size%", options.init_command.c_str(), '\\') != 0) {
            own_.join(shared.page_cache);
        }
        add_word_search(own_.database());
    }

    ~SqliteConnection() override {
        abandon(); // before the next in line is let in
        write_lock_.release();
    }

    Dialect dialect() const noexcept override { return Dialect::sqlite; }

    void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) override {
        const auto read = [&](sqlite3_stmt* prepared, int code) {
            const ResultRow row(prepared, statement.name, clock_.get());
            for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
                each(row);
            }
            return code;
        };
        run(statement, parameters, read, no_value);
    }

    void query_while(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<bool(const Row&)>& each
    ) override {
        const auto read = [&](sqlite3_stmt* prepared, int code) {
            const ResultRow row(prepared, statement.name, clock_.get());
            for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
                if (!each(row)) {
                    return SQLITE_DONE;
                }
            }
            return code;
        };
        run(statement, parameters, read, no_value);
    }

    std::int64_t execute(const Statement& statement, std::span<const Value> parameters) override {
        return run(statement, parameters, skip_rows, sqlite3_changes64);
    }

    std::int64_t insert(const Statement& statement, std::span<const Value> parameters) override {
        return run(statement, parameters, skip_rows, sqlite3_last_insert_rowid);
    }

    void run_script(const Statement& script) override;
    void begin() override { begin_sharing(Sharing::none); }
    void begin_sharing(Sharing sharing) override;
    void commit() override;
    void rollback() override;
    void begin_snapshot() override { snapshot_.want(true); }
    void give_back() noexcept override {
        memory_.forget_sight();
        snapshot_.want(false);
        snapshot_.close();
    }
    void rest() noexcept override { own_.rest(); }
    std::optional<std::int64_t> recall(std::string_view what, std::int64_t of) override {
        return in_transaction_ ? std::nullopt : memory_.recall(what, of);
    }
    void remember(std::string_view what, std::int64_t of, std::int64_t number) override {
        if (!in_transaction_) {
            memory_.remember(what, of, number);
        }
    }

    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        limit_ = until;
        own_.work_limit().end_all(until);
        if (joined_) {
            joined_->handle().work_limit().end_all(until);
        }
    }

    std::uint64_t statement_count() const noexcept override { return statement_count_; }
    bool usable() const noexcept override {
        return own_.is_sound() && !is_passing_ && !snapshot_.has_failed() && !has_moved();
    }

private:
    static int skip_rows(sqlite3_stmt* prepared, int code) {
        while (code == SQLITE_ROW) {
            code = sqlite3_step(prepared);
        }
        return code;
    }
    static std::int64_t no_value(sqlite3* /*database*/) noexcept { return 0; }

    /// Hands the result of the first step to `consume`, which steps on to the end and returns the
    /// last code. Returns the `value` of the database after that, or 0 if no row was changed.
    template<class Consume, class ValueOf>
    std::int64_t
    run(const Statement& statement,
        std::span<const Value> parameters,
        Consume consume,
        ValueOf value);
    /// The same outside of a transaction, of what may share its commit.
    template<class Consume, class ValueOf>
    std::int64_t run_sharing(
        sqlite3_stmt* prepared,
        const Statement& statement,
        std::span<const Value> parameters,
        Consume consume,
        ValueOf value
    );
    /// The same with the lock that the statement needs.
    template<class Consume, class ValueOf>
    std::int64_t run_prepared(
        sqlite3_stmt* prepared,
        std::string_view name,
        std::span<const Value> parameters,
        Consume consume,
        ValueOf value
    );
    sqlite3_stmt* prepare(const Statement& statement, OwnedStatement& unkept);

    bool has_moved() const noexcept;
    void start_call(std::string_view name);

    /// Where statements run: once a transaction is joined, at the handle that has it open.
    Handle& handle() noexcept { return joined_ ? joined_->handle() : own_; }

    // ---- transactions
    std::shared_ptr<SharedCommit>
    take_lock(std::string_view name, Sharing sharing, const WriteQueue::Work* work = nullptr);
    void open();
    void use_joined();
    void finish();
    bool finish_with_others();
    void finish_joined();
    static void refuse_loose_keys(const Handle& handle);
    template<class Write>
    std::exception_ptr
    add_to(const std::shared_ptr<SharedCommit>& commit, const Write& write) noexcept;
    void pass_on(const std::shared_ptr<SharedCommit>& commit) noexcept;
    void wait_for(SharedCommit& commit);
    void undo();
    void abandon() noexcept;

    std::shared_ptr<const WallClock> clock_;
    WriteLock write_lock_;
    const std::string path_; ///< empty: in memory
    std::optional<FileIdentity> file_;
    Handle own_;
    Snapshot snapshot_;
    StateMemory memory_;
    std::optional<std::chrono::steady_clock::time_point> limit_; ///< of limit_statements()
    std::uint64_t statement_count_ = 0;
    /// Not to be kept: opened for reading because more was not allowed, which may change, or in a
    /// way in which what others write meanwhile is not seen.
    bool is_passing_ = false;
    mutable std::chrono::steady_clock::time_point looked_at_file_{};
    bool shares_ = false; ///< whether it may share a commit
    /// What others have undone is done alone then, so that it is undone but once.
    bool alone_ = false;
    bool in_transaction_ = false;
    Sharing sharing_ = Sharing::none;      ///< of the transaction
    std::shared_ptr<SharedCommit> joined_; ///< another connection's, while this one writes
};

template<class Consume, class ValueOf>
std::int64_t SqliteConnection::run(
    const Statement& statement, std::span<const Value> parameters, Consume consume, ValueOf value
) {
    start_call(statement.name);
    OwnedStatement unkept;
    sqlite3_stmt* const prepared = prepare(statement, unkept);
    const bool writes = sqlite3_stmt_readonly(prepared) == 0;
    if (writes) {
        memory_.forget_sight();
        snapshot_.close();
        if (statement.sharing == Sharing::joins && shares_ && !in_transaction_) {
            return run_sharing(prepared, statement, parameters, consume, value);
        }
    } else if (!in_transaction_) {
        snapshot_.read();
    }
    const std::uint64_t before = memory_.before_read();
    const WriteTurn turn(write_lock_, writes, own_.patience(), statement.name);
    const auto result = run_prepared(prepared, statement.name, parameters, consume, value);
    if (!writes && !in_transaction_) {
        memory_.has_read(before);
    }
    return result;
}

template<class Consume, class ValueOf>
std::int64_t SqliteConnection::run_sharing(
    sqlite3_stmt* prepared,
    const Statement& statement,
    std::span<const Value> parameters,
    Consume consume,
    ValueOf value
) {
    std::int64_t result = 0;
    const auto write = [&] {
        OwnedStatement unkept;
        sqlite3_stmt* const here = joined_ ? prepare(statement, unkept) : prepared;
        result = run_prepared(here, statement.name, parameters, consume, value);
    };
    std::exception_ptr failure;
    const WriteQueue::Work add = [&](const std::shared_ptr<SharedCommit>& commit) {
        failure = add_to(commit, write);
    };
    // What reads rows does that in its own thread, and may throw when all is written.
    constexpr bool reads_rows = !std::is_same_v<Consume, decltype(&skip_rows)>;
    auto commit = take_lock(statement.name, statement.sharing, reads_rows ? nullptr : &add);
    if (joined_ && !reads_rows) {
        commit = std::exchange(joined_, nullptr);
        add(commit);
        pass_on(commit);
    }
    if (commit) {
        if (failure) {
            std::rethrow_exception(failure);
        }
        wait_for(*commit);
        return result;
    }
    if (!joined_ && (alone_ || !write_lock_.queue().expects_joining())) {
        // SQLite commits it by itself.
        alone_ = false;
        const WriteTurn turn(write_lock_);
        write();
        return result;
    }
    open();
    try {
        write();
        finish();
        return result;
    } catch (...) {
        abandon();
        throw;
    }
}

template<class Consume, class ValueOf>
std::int64_t SqliteConnection::run_prepared(
    sqlite3_stmt* prepared,
    std::string_view name,
    std::span<const Value> parameters,
    Consume consume,
    ValueOf value
) {
    Handle& at = handle();
    const StatementInUse in_use(prepared);
    at.check(bind_parameters(prepared, parameters, name, clock_.get()), SQLITE_OK, name);
    const auto changes_before = sqlite3_total_changes64(at.database());
    at.check(consume(prepared, first_step(prepared, at.patience())), SQLITE_DONE, name);
    return sqlite3_total_changes64(at.database()) != changes_before ? value(at.database()) : 0;
}

sqlite3_stmt* SqliteConnection::prepare(const Statement& statement, OwnedStatement& unkept) {
    sqlite3_stmt* const prepared =
        handle().statements().get(statement.name, statement.text, unkept);
    if (sqlite3_stmt_busy(prepared)) {
        throw std::logic_error(std::string(statement.name) + ": the connection is in use");
    }
    return prepared;
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
    const int code = sqlite3_file_control(own_.database(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved != 0;
}

void SqliteConnection::start_call(std::string_view name) {
    ++statement_count_;
    handle().start_call();
    if (in_transaction_ && !handle().is_in_transaction()) {
        // After some errors (a full disk) SQLite rolls back by itself. What follows must not be
        // committed alone.
        throw Error(ErrorKind::other, name, {}, "the database has rolled the transaction back");
    }
}

void SqliteConnection::run_script(const Statement& script) {
    start_call(script.name);
    memory_.forget_sight();
    snapshot_.close();
    const WriteTurn turn(write_lock_, true, own_.patience(), script.name);
    Handle& to = handle();
    const char* at = script.text.data();
    const char* const end = at + script.text.size();
    bool first = true;
    while (at != end) {
        sqlite3_stmt* prepared = nullptr;
        const auto left = static_cast<int>(end - at);
        const int code = sqlite3_prepare_v2(to.database(), at, left, &prepared, &at);
        const OwnedStatement statement(prepared);
        to.check(code, SQLITE_OK, script.name);
        if (!statement) {
            continue; // white space or a comment
        }
        statement_count_ += first ? 0 : 1;
        first = false;
        to.check(
            skip_rows(prepared, first_step(prepared, to.patience())), SQLITE_DONE, script.name
        );
    }
}

void SqliteConnection::begin_sharing(Sharing sharing) {
    if (in_transaction_) {
        throw std::logic_error("a transaction is open already");
    }
    ++statement_count_;
    own_.patience().reset();
    memory_.forget_sight();
    // SQLite lets nobody write who reads an older state.
    snapshot_.close();
    take_lock("begin", sharing);
    open();
}

void SqliteConnection::commit() {
    if (!in_transaction_) {
        throw std::logic_error("no transaction is open");
    }
    start_call("commit");
    finish();
}

void SqliteConnection::rollback() {
    if (in_transaction_) {
        ++statement_count_;
        undo();
    }
}

/// The lock, perhaps with another connection's transaction; or that transaction alone, in which the
/// work was done.
std::shared_ptr<SharedCommit>
SqliteConnection::take_lock(std::string_view name, Sharing sharing, const WriteQueue::Work* work) {
    sharing_ = shares_ && !alone_ ? sharing : Sharing::none;
    if (sharing_ != Sharing::joins) {
        write_lock_.take(own_.patience(), name);
        return nullptr;
    }
    WriteQueue::Joining joining{*file_, work, nullptr};
    write_lock_.take(own_.patience(), name, &joining);
    if (joining.is_done) {
        return std::move(joining.joined);
    }
    joined_ = std::move(joining.joined);
    return nullptr;
}

/// Begins what finish() or undo() ends; ends it where that fails.
void SqliteConnection::open() {
    in_transaction_ = true;
    try {
        if (joined_) {
            use_joined();
        }
        handle().run(joined_ ? begin_part : "BEGIN IMMEDIATE");
    } catch (...) {
        abandon();
        throw;
    }
}

void SqliteConnection::use_joined() {
    Handle& at = joined_->handle();
    at.work_limit().end_all(limit_);
    at.start_call();
}

void SqliteConnection::finish() {
    if (joined_) {
        finish_joined();
    } else if (!finish_with_others()) {
        own_.run("COMMIT");
        in_transaction_ = false;
        alone_ = false;
        write_lock_.release();
    }
}

/// Lends the handle with its transaction to those who want to add to that, and returns when it is
/// committed; false where nobody does.
bool SqliteConnection::finish_with_others() {
    // What COMMIT refuses is to be refused alone.
    if (sharing_ == Sharing::none || !write_lock_.queue().expects_joining() || !own_.is_sound() ||
        own_.has_loose_keys()) {
        return false;
    }
    const auto commit = std::make_shared<SharedCommit>(own_, *file_);
    const auto handed_on = write_lock_.hand_on(commit);
    if (handed_on == WriteQueue::HandedOn::to_nobody) {
        return false;
    }
    in_transaction_ = false;
    if (handed_on == WriteQueue::HandedOn::for_a_while) {
        pass_on(commit);
    }
    wait_for(*commit);
    return true;
}

/// Adds what was written here to the transaction of another connection, and returns when that is
/// committed.
void SqliteConnection::finish_joined() {
    Handle& at = joined_->handle();
    refuse_loose_keys(at);
    at.run(end_part);
    in_transaction_ = false;
    const auto commit = std::exchange(joined_, nullptr);
    pass_on(commit);
    wait_for(*commit);
}

/// As COMMIT would, of all together.
void SqliteConnection::refuse_loose_keys(const Handle& handle) {
    if (handle.has_loose_keys()) {
        throw Error(
            ErrorKind::foreign_key,
            "commit",
            std::to_string(SQLITE_CONSTRAINT_FOREIGNKEY),
            "FOREIGN KEY constraint failed"
        );
    }
}

/// Does a write of this connection in the transaction of another. That one's thread may call this,
/// while the thread of this connection waits. Returns what has failed. SQLite takes a statement
/// back that does not come to its end, so that it needs no savepoint; but for keys that point to
/// nothing, for which all is undone.
template<class Write>
std::exception_ptr
SqliteConnection::add_to(const std::shared_ptr<SharedCommit>& commit, const Write& write) noexcept {
    joined_ = commit;
    in_transaction_ = true;
    std::exception_ptr failure;
    try {
        use_joined();
        write();
        refuse_loose_keys(commit->handle());
    } catch (...) {
        failure = std::current_exception();
        if (commit->handle().has_loose_keys()) {
            roll_back_whole(commit->handle());
        }
    }
    in_transaction_ = false;
    joined_.reset();
    return failure;
}

/// Lets those who want to add to a transaction do so, in which several have written, or ends it.
void SqliteConnection::pass_on(const std::shared_ptr<SharedCommit>& commit) noexcept {
    Handle& at = commit->handle();
    auto handed_on = WriteQueue::HandedOn::for_a_while;
    while (handed_on == WriteQueue::HandedOn::for_a_while && at.is_in_transaction() && at.is_sound()
    ) {
        handed_on = write_lock_.hand_on(commit);
    }
    if (handed_on != WriteQueue::HandedOn::to_another) {
        write_lock_.release(*commit, commit_for_all(at));
    }
}

void SqliteConnection::wait_for(SharedCommit& commit) {
    try {
        commit.wait();
    } catch (const Error& error) {
        own_.work_limit().end_all(limit_);
        alone_ = error.retryable();
        throw;
    }
    own_.work_limit().end_all(limit_);
}

/// Takes back what was written since open(), and lets the next in line in.
void SqliteConnection::undo() {
    if (!in_transaction_) {
        return;
    }
    in_transaction_ = false;
    alone_ = false;
    if (joined_) {
        undo_part(joined_->handle());
        pass_on(std::exchange(joined_, nullptr));
        return;
    }
    try {
        own_.patience().reset();
        own_.roll_back();
    } catch (...) {
        write_lock_.release();
        throw;
    }
    write_lock_.release();
}

/// The same where another exception says more than that of undo().
void SqliteConnection::abandon() noexcept {
    try {
        undo();
    } catch (...) {
        // The handle is not sound any more.
    }
}

} // namespace

std::unique_ptr<Connection>
open_connection(const SqliteOptions& options, const SharedByConnections& shared) {
    return std::make_unique<SqliteConnection>(options, shared);
}

} // namespace drf_messages::sql::sqlite
