// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/pool.hpp"

#include <chrono>
#include <optional>

namespace drf_messages::embed {

/// A connection that somebody else owns, where one is to be opened.
class BorrowedConnection : public sql::Connection {
public:
    explicit BorrowedConnection(sql::Connection& owner) : owner_(owner) {}

    sql::Dialect dialect() const noexcept override { return owner_.dialect(); }
    void query(
        const sql::Statement& statement,
        std::span<const sql::Value> parameters,
        const std::function<void(const sql::Row&)>& each
    ) override {
        owner_.query(statement, parameters, each);
    }
    std::int64_t
    execute(const sql::Statement& statement, std::span<const sql::Value> parameters) override {
        return owner_.execute(statement, parameters);
    }
    std::int64_t
    insert(const sql::Statement& statement, std::span<const sql::Value> parameters) override {
        return owner_.insert(statement, parameters);
    }
    void run_script(const sql::Statement& script) override { owner_.run_script(script); }
    void begin() override { owner_.begin(); }
    void begin_sharing(sql::Sharing sharing) override { owner_.begin_sharing(sharing); }
    void commit() override { owner_.commit(); }
    void rollback() override { owner_.rollback(); }
    void limit_statements(std::optional<std::chrono::steady_clock::time_point> until
    ) noexcept override {
        owner_.limit_statements(until);
    }
    bool fold_as_like(
        std::string_view table, std::string_view column, std::vector<std::string>& texts
    ) override {
        return owner_.fold_as_like(table, column, texts);
    }
    std::uint64_t statement_count() const noexcept override { return owner_.statement_count(); }
    bool usable() const noexcept override { return owner_.usable(); }
    void report(std::string_view text) const noexcept override { owner_.report(text); }

protected:
    bool can_hold_beyond_ascii(
        std::string_view table, std::string_view column, std::string_view text
    ) override {
        return owner_.can_hold(table, column, text);
    }

private:
    sql::Connection& owner_;
};

/// The same of a pool, which gets it back when this is closed.
class LentConnection final : private sql::Pool::Lease, public BorrowedConnection {
public:
    explicit LentConnection(sql::Pool& pool)
        : sql::Pool::Lease(pool.acquire()),
          BorrowedConnection(*static_cast<const sql::Pool::Lease&>(*this)) {}
};

} // namespace drf_messages::embed
