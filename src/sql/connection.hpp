// SPDX-License-Identifier: MIT
#pragma once

#include <drf_messages/sql.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drf_messages::sql {

class Foretold;

enum class Dialect { sqlite, postgresql, mariadb };

using Value = SqlValue;
using Row = SqlRow;

/// With whom a write may share its commit. On SQLite each commit waits for the disk while it keeps
/// everybody else from writing; elsewhere this changes nothing.
enum class Sharing {
    none, ///< what changes the connection or the schema
    /// Once it has done its work, others may add theirs before all of it is committed.
    opens,
    /// It may also be added to another one, whose writers wait until it has done its work: only for
    /// what changes a bounded number of rows and runs no code of an application.
    joins,
};

/// One SQL statement. `text` uses `?` for each parameter, in order, on every database; `name` is
/// what logs and errors show. Statements are prepared once a connection and kept by their text, so
/// build the same text for the same shape.
struct Statement {
    std::string_view name;
    std::string_view text;
    /// Outside of a transaction: whether it may join others. What does not is committed alone.
    Sharing sharing = Sharing::none;
};

/// Whether a statement changes nothing and locks nothing.
inline bool only_reads(std::string_view text) {
    return text.starts_with("SELECT") && text.find(" FOR UPDATE") == std::string_view::npos &&
           text.find(" FOR NO KEY UPDATE") == std::string_view::npos;
}

/// One database connection, used by one thread at a time. Every call throws sql::Error on failure.
class Connection {
public:
    virtual ~Connection() = default;

    virtual Dialect dialect() const noexcept = 0;

    /// Runs a query and calls `each` for every row, in order. `each` must not use this connection.
    virtual void query(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<void(const Row&)>& each
    ) = 0;

    /// As query, until `each` returns false. SQLite then does no work for the rows behind.
    virtual void query_while(
        const Statement& statement,
        std::span<const Value> parameters,
        const std::function<bool(const Row&)>& each
    ) {
        bool wanted = true;
        query(statement, parameters, [&](const Row& row) { wanted = wanted && each(row); });
    }

    /// Runs a statement and returns how many rows it changed.
    virtual std::int64_t
    execute(const Statement& statement, std::span<const Value> parameters = {}) = 0;

    /// Runs an INSERT and returns the new row's id.
    virtual std::int64_t insert(const Statement& statement, std::span<const Value> parameters) = 0;

    /// Runs SQL that has no parameters and is not worth preparing: schema changes, several
    /// statements at once.
    virtual void run_script(const Statement& script) = 0;

    /// Begins a transaction that will write (SQLite: BEGIN IMMEDIATE, so that it cannot fail
    /// half-way for a lock). Use sql::ScopedTransaction instead of calling these.
    virtual void begin() = 0;
    /// As begin(), but the commit may be shared. A commit() or a single statement that fails by the
    /// fault of one who shares it throws an Error that is retryable().
    virtual void begin_sharing(Sharing) { begin(); }
    virtual void commit() = 0;
    virtual void rollback() = 0;

    /// From here to give_back() what only reads may see one state of the database: as it was at
    /// the first read, or at the last write of this process. It saves SQLite most of its locking;
    /// elsewhere it changes nothing.
    virtual void begin_snapshot() {}

    /// A number that remember() was given, if it is that of the state which the last read has seen:
    /// a read outside of transactions, since give_back() and since the last write of this process.
    /// SQLite knows that without a question; elsewhere nothing is remembered.
    /// - what, of: which number, and of what.
    virtual std::optional<std::int64_t> recall(std::string_view /*what*/, std::int64_t /*of*/) {
        return std::nullopt;
    }
    /// - what: a literal.
    /// - number: as the last read has found it, and nothing but that.
    virtual void remember(std::string_view /*what*/, std::int64_t /*of*/, std::int64_t /*number*/) {
    }

    /// Its user has done with it, for now or for good.
    virtual void give_back() noexcept {}
    /// Nobody has needed it for a while: it keeps less in memory, until it is used again.
    virtual void rest() noexcept {}

    /// What the questions from here on may be asked ahead by, if it can do that; null: by nothing,
    /// and what it has is dropped. sql::Foretold calls this.
    virtual void foretell(Foretold* /*foretold*/) noexcept {}

    /// Until when what query(), execute() and insert() run may take, beside the limits of every
    /// statement; absent: no other limit. Use sql::StatementLimit instead of calling this.
    virtual void
    limit_statements(std::optional<std::chrono::steady_clock::time_point> /*until*/) noexcept {}

    /// Whether a text column can hold `text`. One that it cannot hold equals none of its values and
    /// must not be compared with them: the database refuses that, or compares what is left of it.
    /// Throws sql::Error where that takes a question: about a text beyond ASCII, the first time.
    /// - table, column: by their names in the database; of an unknown one nothing is known.
    bool can_hold(std::string_view table, std::string_view column, std::string_view text) {
        const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        return std::all_of(text.begin(), text.end(), is_ascii) ||
               can_hold_beyond_ascii(table, column, text);
    }

    /// Writes texts such that one is in another, byte for byte, where `LIKE '%one%'` finds it in a
    /// column with such texts: of the characters that its collation takes for the same, one stands
    /// for all. False where only the database can tell; the texts are left as they are then.
    /// Throws sql::Error where that takes a question.
    /// - table, column: by their names in the database.
    virtual bool
    fold_as_like(std::string_view, std::string_view, std::vector<std::string>& /*texts*/) {
        return false;
    }

    /// Statements sent so far, BEGIN and COMMIT included, but for those of snapshots; tests assert
    /// what a request costs with it.
    virtual std::uint64_t statement_count() const noexcept = 0;

    /// False once the connection is lost: a pool then closes it.
    virtual bool usable() const noexcept = 0;

    /// Logs what nobody can be told by an exception. Drivers have no log; see supervised().
    virtual void report(std::string_view) const noexcept {}

protected:
    /// can_hold() of a text that is not all ASCII, which every column can hold.
    virtual bool can_hold_beyond_ascii(std::string_view, std::string_view, std::string_view) {
        return true;
    }
};

/// The first row of a query by way of `read`, or nothing.
template<class Read>
auto query_one(
    Connection& connection, const Statement& statement, std::span<const Value> parameters, Read read
) -> std::optional<decltype(read(std::declval<const Row&>()))> {
    std::optional<decltype(read(std::declval<const Row&>()))> result;
    connection.query(statement, parameters, [&](const Row& row) {
        if (!result) {
            result.emplace(read(row));
        }
    });
    return result;
}

} // namespace drf_messages::sql
