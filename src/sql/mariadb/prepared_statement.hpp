// SPDX-License-Identifier: MIT
#pragma once

#include "sql/connection.hpp"
#include "sql/error.hpp"
#include "sql/mariadb/libmariadb.hpp"
#include "sql/mariadb/row.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace drf_messages::sql::mariadb {

/// A statement that the server knows. Every call throws sql::Error with the given name.
class PreparedStatement {
public:
    /// - clock: by which columns hold moments; null: UTC. Must outlive it.
    PreparedStatement(MYSQL* session, const Statement& statement, const WallClock* clock);

    void execute(std::span<const Value> parameters, std::string_view name);

    /// execute() in two steps: others can be sent before the first one's answer is read. What was
    /// sent must be received, in the same order, before anything else happens on the session.
    void send(std::span<const Value> parameters, std::string_view name);
    /// With all rows.
    void receive(std::string_view name);

    /// Calls `each` for every row of the execution. All of them have arrived before the first call.
    void fetch(const std::function<void(const Row&)>& each, std::string_view name);

    std::int64_t affected_rows() const noexcept;
    std::int64_t insert_id() const noexcept;

    /// Whether it is of no more use: it failed among its rows, and libmariadb would wait for the
    /// rest of them before it executes it again.
    bool is_spoiled() const noexcept { return is_spoiled_; }

    /// Forgets what the execution has left; of no effect when there is nothing.
    void finish() noexcept;

private:
    struct Closer {
        void operator()(MYSQL_STMT* statement) const noexcept {
            libmariadb().mysql_stmt_close(statement);
        }
    };

    void bind(std::span<const Value> parameters, std::string_view name);
    void store(std::string_view name);
    [[noreturn]] void fail(std::string_view name) const;

    std::unique_ptr<MYSQL_STMT, Closer> statement_;
    const WallClock* clock_;
    std::vector<MYSQL_BIND> parameters_;
    std::vector<MYSQL_TIME> moments_;
    std::unique_ptr<ResultRow> row_;
    bool is_stored_ = false; ///< all rows of the execution have arrived
    bool is_spoiled_ = false;
};

} // namespace drf_messages::sql::mariadb
